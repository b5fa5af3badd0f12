package cpu

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// matrix settles cpu-threads-scale, cpu-gil, cpu-async-poor, cpu-processes and
// crunch-processes: floating-point computing as numerical libraries do it.
type matrix struct{}

func init() { workloads.Register(matrix{}) }

// edge is that of the blocks which are multiplied. From four such blocks up
// gonum would start goroutines of its own.
const edge = 64

func (matrix) About() workloads.About {
	return workloads.About{
		Name:    "matrix",
		Kind:    workloads.CPU,
		Summary: "tasks multiply matrices",
		Unit:    "one product of two matrices of 256 x 256 float64, unless told, by gonum; a step is a product of blocks of 64 x 64",
		Params: []workloads.Param{
			{Name: "blocks", Default: "4", Doc: "blocks of 64 rows and columns that a matrix has in each direction: 1 to 32", Check: workloads.Whole(1, 32)},
		},
		Full: []workloads.Case{
			{Tasks: 16},
		},
	}
}

func (matrix) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

// Prepare makes matrices of small whole numbers, whose products float64 holds
// exactly. What their products C must come to is known without any of them:
// for vectors u and v of the whole numbers modulo 2^64, u·C·v = (u·A)·(B·v),
// which takes n² steps instead of n³ (Freivalds, "Probabilistic machines can
// use less running time", IFIP 1977).
func (matrix) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	blocks := workloads.Params(s.Params).Int("blocks")
	n := blocks * edge
	j := matrixJob{blocks: blocks, u: factors(n, data.Key(s.Seed, -1)), v: factors(n, data.Key(s.Seed, -2))}
	var want []uint64
	for input := range min(tasks, inputs) {
		a, b := numbers(n, data.Key(s.Seed, input, 0)), numbers(n, data.Key(s.Seed, input, 1))
		j.a, j.b = append(j.a, a), append(j.b, b)
		want = append(want, j.expect(a, b))
	}
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return j.task }}
	for i := range tasks {
		work.Sum += data.Sum(want[i%inputs], i)
	}
	return work, nil
}

type matrixJob struct {
	blocks int
	a, b   [][]float64 // of each input, row by row
	u, v   []uint64    // weights of the product's rows and columns
}

func (j *matrixJob) expect(a, b []float64) (sum uint64) {
	n := j.blocks * edge
	for k := range n {
		var left, right uint64
		for i := range n {
			left += j.u[i] * uint64(a[i*n+k])
			right += j.v[i] * uint64(b[k*n+i])
		}
		sum += left * right
	}
	return sum
}

func (j *matrixJob) task(t runners.Task, i int) (uint64, error) {
	p := product{job: j, a: j.a[i%inputs], b: j.b[i%inputs], c: make([]float64, j.blocks*edge*j.blocks*edge)}
	if err := t.Compute(p.step); err != nil {
		return 0, err
	}
	return data.Sum(p.sum, i), nil
}

// A product is a matrix in the making, block by block.
type product struct {
	job     *matrixJob
	a, b, c []float64
	done    int // steps
	sum     uint64
}

// step adds the product of two blocks to the block that they are for, and the
// block to the checksum when it is complete.
func (p *product) step() bool {
	blocks := p.job.blocks
	n := blocks * edge
	row, col, k := p.done/blocks/blocks*edge, p.done/blocks%blocks*edge, p.done%blocks*edge
	gonum.Implementation{}.Dgemm(blas.NoTrans, blas.NoTrans, edge, edge, edge,
		1, p.a[row*n+k:], n, p.b[k*n+col:], n, 1, p.c[row*n+col:], n)
	if k == n-edge {
		for i := row; i < row+edge; i++ {
			weighted := uint64(0)
			for j, v := range p.job.v[col : col+edge] {
				weighted += v * uint64(p.c[i*n+col+j])
			}
			p.sum += p.job.u[i] * weighted
		}
	}
	p.done++
	return p.done < blocks*blocks*blocks
}

// numbers makes a matrix of n x n whole numbers from 0 to 255.
func numbers(n int, seed uint64) []float64 {
	m := make([]float64, n*n)
	for i, b := range data.Bytes(n*n, seed) {
		m[i] = float64(b)
	}
	return m
}

// factors makes n weights.
func factors(n int, seed uint64) []uint64 {
	w := make([]uint64, n)
	for i := range w {
		w[i] = data.Key(seed, i)
	}
	return w
}

package cpu

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestMatrixMultiplies(t *testing.T) {
	const n = 2 * edge
	a, b := numbers(n, 1), numbers(n, 2)
	j := matrixJob{blocks: 2, u: factors(n, 3), v: factors(n, 4)}
	p := product{job: &j, a: a, b: b, c: make([]float64, n*n)}
	for p.step() {
	}
	for i := range n {
		for k := range n {
			want := 0.0
			for l := range n {
				want += a[i*n+l] * b[l*n+k]
			}
			assert.Equal(t, want, p.c[i*n+k])
		}
	}
	assert.Equal(t, j.expect(a, b), p.sum, "known without the product")
}

func TestAWrongElementOfAProductIsNoticed(t *testing.T) {
	s := worktest.Spec(t, matrix{}, workloads.Params{"blocks": "1"}, "")
	work := worktest.Prepare(t, matrix{}, s, 1)
	j := matrixJob{blocks: 1, u: factors(edge, 3), v: factors(edge, 4)}
	p := product{job: &j, a: numbers(edge, 1), b: numbers(edge, 2), c: make([]float64, edge*edge)}
	p.c[7*edge+9] = 1 // to which the product is added
	p.step()
	assert.NotEqual(t, j.expect(p.a, p.b), p.sum)
	steps := 0
	sum, err := work.Make(nil)(counting{steps: &steps}, 0)
	assert.NoError(t, err)
	assert.Equal(t, work.Sum, sum)
}

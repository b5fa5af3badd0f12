package cpu

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

const (
	deviation = 2             // of the Gaussian, in pixels
	radius    = 3 * deviation // beyond it the Gaussian is lost in rounding to 8 bits
	shrink    = 4             // of width and height
)

// weights is the Gaussian in units of 2^-16, adding up to one. Whole numbers
// give the same picture on every processor, where fused multiplication of
// floats would not.
var weights = func() (w [2*radius + 1]uint32) {
	var g [2*radius + 1]float64
	total := 0.0
	for k := range g {
		x := float64(k-radius) / deviation
		g[k] = math.Exp(-x * x / 2)
		total += g[k]
	}
	rest := uint32(1 << 16)
	for k := range w {
		w[k] = uint32(g[k] / total * (1 << 16))
		rest -= w[k]
	}
	w[radius] += rest
	return w
}()

// A reduction blurs a picture, first along its rows, then along its columns,
// and scales it down, in steps.
type reduction struct {
	source, rows, columns, small *image.RGBA

	pass, row int      // at work
	line      []byte   // a row with its edges continued
	acc       []uint32 // sums of a row
}

// stepPixels is the work of a step.
const stepPixels = 4096

func newReduction(source *image.RGBA) *reduction {
	b := source.Bounds()
	return &reduction{
		source: source, rows: image.NewRGBA(b), columns: image.NewRGBA(b),
		small: image.NewRGBA(image.Rect(0, 0, b.Dx()/shrink, b.Dy()/shrink)),
		line:  make([]byte, 4*(b.Dx()+2*radius)),
		acc:   make([]uint32, 4*b.Dx()),
	}
}

// step does the next rows of the pass at work; it returns false after the last.
func (r *reduction) step() bool {
	passes := [...]struct {
		into *image.RGBA
		do   func(from, to int)
	}{{r.rows, r.blurRows}, {r.columns, r.blurColumns}, {r.small, r.scale}}
	p := passes[r.pass]
	size := p.into.Bounds().Size()
	to := min(size.Y, r.row+max(1, stepPixels/size.X))
	p.do(r.row, to)
	if r.row = to; r.row == size.Y {
		r.pass, r.row = r.pass+1, 0
	}
	return r.pass < len(passes)
}

func (r *reduction) blurRows(from, to int) {
	width := 4 * r.source.Bounds().Dx()
	for y := from; y < to; y++ {
		row := r.source.Pix[y*r.source.Stride:][:width]
		for k := range radius {
			copy(r.line[4*k:], row[:4])
			copy(r.line[4*(radius+k)+width:], row[width-4:])
		}
		copy(r.line[4*radius:], row)
		clear(r.acc)
		for k, w := range weights {
			add(r.acc, r.line[4*k:][:width], w)
		}
		round(r.rows.Pix[y*r.rows.Stride:][:width], r.acc)
	}
}

func (r *reduction) blurColumns(from, to int) {
	size := r.rows.Bounds().Size()
	for y := from; y < to; y++ {
		clear(r.acc)
		for k, w := range weights {
			near := min(max(y+k-radius, 0), size.Y-1)
			add(r.acc, r.rows.Pix[near*r.rows.Stride:][:4*size.X], w)
		}
		round(r.columns.Pix[y*r.columns.Stride:][:4*size.X], r.acc)
	}
}

func add(acc []uint32, row []byte, weight uint32) {
	row = row[:len(acc)]
	for i := range acc {
		acc[i] += weight * uint32(row[i])
	}
}

func round(row []byte, acc []uint32) {
	acc = acc[:len(row)]
	for i := range row {
		row[i] = byte((acc[i] + 1<<15) >> 16)
	}
}

// scale makes some rows of the small picture; the blur before it has taken out
// the detail that it would alias.
func (r *reduction) scale(from, to int) {
	b := r.small.Bounds()
	part := r.small.SubImage(image.Rect(0, from, b.Dx(), to)).(*image.RGBA)
	draw.ApproxBiLinear.Scale(part, b, r.columns, r.columns.Bounds(), draw.Src, nil)
}

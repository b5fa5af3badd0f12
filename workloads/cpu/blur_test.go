package cpu

import (
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func reduce(m *image.RGBA) *reduction {
	r := newReduction(m)
	for r.step() {
	}
	return r
}

func TestStepsGiveThePictureThatTheDefinitionGives(t *testing.T) {
	for _, size := range []int{16, 37, 64, 100} {
		m := generate(size, uint64(size))
		require.Equal(t, thumbnail(m).Pix, reduce(m).small.Pix, size)
	}
}

func TestWeightsAreAGaussianThatAddsUpToOne(t *testing.T) {
	total := uint32(0)
	for k, w := range weights {
		total += w
		x := float64(k-radius) / deviation
		density := math.Exp(-x*x/2) / (deviation * math.Sqrt(2*math.Pi))
		assert.InDelta(t, density, float64(w)/(1<<16), 0.002, k)
		assert.Equal(t, w, weights[2*radius-k])
	}
	assert.EqualValues(t, 1<<16, total)
}

func TestBlurLeavesAFlatPictureAsItIs(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 50, 50))
	for y := range 50 {
		for x := range 50 {
			m.SetRGBA(x, y, color.RGBA{200, 3, 77, 255})
		}
	}
	r := reduce(m)
	assert.Equal(t, m.Pix, r.columns.Pix)
	assert.Equal(t, color.RGBA{200, 3, 77, 255}, r.small.RGBAAt(5, 5))
}

func TestBlurSpreadsADotAlike(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 41, 41))
	m.SetRGBA(20, 20, color.RGBA{255, 255, 255, 255})
	r := reduce(m)
	at := func(dx, dy int) uint8 { return r.columns.RGBAAt(20+dx, 20+dy).R }
	assert.InDelta(t, 255/(2*math.Pi*deviation*deviation), float64(at(0, 0)), 1)
	assert.Greater(t, at(0, 0), at(2, 0))
	assert.Equal(t, at(2, 0), at(-2, 0))
	assert.Equal(t, at(2, 0), at(0, 2))
	assert.Zero(t, at(radius+1, 0))
}

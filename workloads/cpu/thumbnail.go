package cpu

import (
	"image"

	"golang.org/x/image/draw"
)

// thumbnail is what a reduction comes to, by its definition: pixel by pixel,
// without steps, and slowly.
func thumbnail(source *image.RGBA) *image.RGBA {
	b := source.Bounds()
	blur := func(from *image.RGBA, dx, dy int) *image.RGBA {
		into := image.NewRGBA(b)
		for y := range b.Dy() {
			for x := range b.Dx() {
				for channel := range 4 {
					sum := uint32(1 << 15)
					for k, w := range weights {
						nx := min(max(x+dx*(k-radius), 0), b.Dx()-1)
						ny := min(max(y+dy*(k-radius), 0), b.Dy()-1)
						sum += w * uint32(from.Pix[from.PixOffset(nx, ny)+channel])
					}
					into.Pix[into.PixOffset(x, y)+channel] = byte(sum >> 16)
				}
			}
		}
		return into
	}
	small := image.NewRGBA(image.Rect(0, 0, b.Dx()/shrink, b.Dy()/shrink))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), blur(blur(source, 1, 0), 0, 1), b, draw.Src, nil)
	return small
}

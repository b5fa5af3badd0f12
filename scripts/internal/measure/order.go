package measure

import (
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
)

// draw returns the coin of one attempt at a round of a block. It depends on the
// seed and on what it is for alone, so that a resumed run draws what it would
// have drawn.
func (p *Plan) draw(block string, round, attempt int) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(block))
	var seed [32]byte
	for i, n := range []uint64{p.Seed, h.Sum64(), uint64(round), uint64(attempt)} {
		binary.LittleEndian.PutUint64(seed[8*i:], n)
	}
	return rand.New(rand.NewChaCha8(seed))
}

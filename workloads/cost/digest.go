package cost

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"github.com/concbench/concbench/workloads/internal/data"
)

// An input is what tasks digest, each together with a number: a step of
// Compute.
type input []byte

func newInput(seed uint64) input { return data.Bytes(48<<10, seed) }

// digest returns the first 8 bytes of SHA-256 over the number and the input, in
// one piece.
func (in input) digest(n int) uint64 {
	sum := sha256.Sum256(append(binary.LittleEndian.AppendUint64(nil, uint64(n)), in...))
	return binary.LittleEndian.Uint64(sum[:])
}

// A digester is a task's own, and digests piece by piece.
type digester struct {
	input
	hash hash.Hash
	buf  [sha256.Size]byte
}

func newDigester(in input) *digester { return &digester{input: in, hash: sha256.New()} }

func (d *digester) digest(n int) uint64 {
	d.hash.Reset()
	binary.LittleEndian.PutUint64(d.buf[:], uint64(n))
	d.hash.Write(d.buf[:8])
	d.hash.Write(d.input)
	return binary.LittleEndian.Uint64(d.hash.Sum(d.buf[:0]))
}

package data

import (
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFillMakesTheSameStreamInAnyPieces(t *testing.T) {
	whole := Bytes(1003, 7)
	pieces := make([]byte, len(whole))
	for at := 0; at < len(pieces); at += 64 {
		Fill(pieces[at:min(at+64, len(pieces))], 7, at)
	}
	assert.Equal(t, whole, pieces)
	assert.Equal(t, whole[:13], Bytes(13, 7))
}

func TestFillFollowsSplitMix64(t *testing.T) {
	// The first outputs for seed 1234567 of the generator's reference
	// implementation (https://prng.di.unimi.it/splitmix64.c).
	stream := Bytes(24, 1234567)
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423} {
		assert.Equal(t, want, binary.LittleEndian.Uint64(stream[8*i:]))
	}
}

func TestStreamsOfDifferentKeysDiffer(t *testing.T) {
	seen := map[string]bool{}
	for i := range 100 {
		for j := range 100 {
			seen[string(Bytes(16, Key(1, i, j)))] = true
		}
	}
	assert.Len(t, seen, 100*100)
	assert.NotEqual(t, Key(1, 2, 3), Key(1, 3, 2))
	assert.NotEqual(t, Key(1, 2), Key(2, 2))
}

func TestCRCIsOverAllPieces(t *testing.T) {
	p := Bytes(1000, 1)
	assert.Equal(t, crc32.Checksum(p, crc32.MakeTable(crc32.Castagnoli)), CRC(CRC(0, p[:333]), p[333:]))
}

func TestSumNoticesExchangedContent(t *testing.T) {
	assert.NotEqual(t, Sum(10, 0)+Sum(20, 1), Sum(20, 0)+Sum(10, 1))
}

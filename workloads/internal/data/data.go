// Package data makes the content that tasks send, read and compute on, and the
// checksums by which they prove it.
//
// Content is a function of a seed alone, so that two processes agree on it
// without sharing memory.
package data

import (
	"encoding/binary"
	"hash/crc32"
)

// golden is 2^64 divided by the golden ratio: SplitMix64's increment.
const golden = 0x9e3779b97f4a7c15

// mix is the output function of SplitMix64 (Steele, Lea & Flood, "Fast
// splittable pseudorandom number generators", OOPSLA 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Key derives a seed of its own for each sequence of numbers.
func Key(seed uint64, numbers ...int) uint64 {
	for _, n := range numbers {
		seed = mix(seed + golden*(uint64(n)+1))
	}
	return seed
}

// Fill fills p with the bytes of the seed's stream from position at on, which
// is a multiple of 8. Any part of a stream costs the same, about 1 ns a word.
func Fill(p []byte, seed uint64, at int) {
	z := seed + golden*uint64(at/8)
	for ; len(p) >= 8; p = p[8:] {
		z += golden
		binary.LittleEndian.PutUint64(p, mix(z))
	}
	if len(p) > 0 {
		var last [8]byte
		binary.LittleEndian.PutUint64(last[:], mix(z+golden))
		copy(p, last[:])
	}
}

// Bytes returns the first n bytes of the seed's stream.
func Bytes(n int, seed uint64) []byte {
	p := make([]byte, n)
	Fill(p, seed, 0)
	return p
}

// castagnoli is the polynomial that processors have an instruction for.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// CRC is the CRC-32C of what crc covers and p after it; it starts at 0.
func CRC(crc uint32, p []byte) uint32 { return crc32.Update(crc, castagnoli, p) }

// Sum is the checksum of task i from the digest of its content. The task's
// number is in it, or the sum over all tasks would not notice that two of them
// had each other's content.
func Sum(digest uint64, i int) uint64 { return Key(digest, i) }

package ring

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARingIsFirstInFirstOut(t *testing.T) {
	var r Ring[int]
	in, out := 0, 0
	for round := range 200 { // in and out by turns, so that it grows while wrapped around
		for range round % 23 {
			r.Push(in)
			in++
		}
		for range min(round%17, r.Len()) {
			require.Equal(t, out, r.Pop())
			out++
		}
		require.Equal(t, in-out, r.Len())
	}
	for r.Len() > 0 {
		require.Equal(t, out, r.Pop())
		out++
	}
	require.Equal(t, in, out)
}

package runners

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGilTakesTheSwitchInterval(t *testing.T) {
	for value, interval := range map[string]time.Duration{
		"gil":        5 * time.Millisecond, // sys.getswitchinterval()
		"gil:5ms":    5 * time.Millisecond,
		"gil:500us":  500 * time.Microsecond,
		"gil:0.5ms":  500 * time.Microsecond,
		"gil:1us":    time.Microsecond,
		"gil:1s":     time.Second,
		"gil:1ms5us": 1005 * time.Microsecond,
	} {
		m, c, err := Lookup(value, 2)
		require.NoError(t, err, value)
		assert.Equal(t, "gil", m.Name)
		assert.False(t, m.Usable)
		assert.EqualValues(t, interval, c.Option, value)
	}
}

func TestGilSaysWhatIntervalsThereAre(t *testing.T) {
	for _, bad := range []string{"0", "0ms", "-5ms", "5", "ms", "", "999ns", "1001ms", "1h", "5 ms", "five", "1e9s", "99999999999999h", "5ms-2"} {
		_, _, err := Lookup("gil:"+bad, 2)
		assert.ErrorContains(t, err, `interval "`+bad+`": want a length of time with its unit, 1µs to 1s`)
	}
}

package runners

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestInFlight(t *testing.T) {
	ms := func(start, end int) Sample {
		return Sample{Start: time.Duration(start) * time.Millisecond, End: time.Duration(end) * time.Millisecond}
	}
	for name, c := range map[string]struct {
		samples []Sample
		want    int
	}{
		"no task":                                {nil, 0},
		"one":                                    {[]Sample{ms(0, 1)}, 1},
		"one after another":                      {[]Sample{ms(0, 1), ms(1, 2), ms(2, 3)}, 1},
		"all together":                           {[]Sample{ms(0, 9), ms(1, 8), ms(2, 7)}, 3},
		"two and two":                            {[]Sample{ms(0, 5), ms(4, 9), ms(6, 7)}, 2},
		"the peak is not where most have begun":  {[]Sample{ms(0, 3), ms(1, 3), ms(2, 3), ms(4, 9), ms(5, 9)}, 3},
		"by any number":                          {[]Sample{ms(2, 7), ms(0, 9), ms(8, 9), ms(1, 8)}, 3},
		"failed tasks are left out":              {[]Sample{ms(0, 9), ms(1, 0), ms(2, 7)}, 2},
		"all failed":                             {[]Sample{ms(1, 0), ms(2, 0)}, 0},
		"an end and a start at one time are two": {[]Sample{ms(0, 4), ms(4, 8), ms(4, 8)}, 2},
	} {
		assert.Equal(t, c.want, Outcome{Done: len(c.samples), Samples: c.samples}.InFlight(), name)
	}
}

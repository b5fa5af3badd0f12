package workloads

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var about = About{Name: "tea", Kind: IO, Summary: "makes tea", Unit: "a pot", Quick: []Case{{Tasks: 1}}, Params: []Param{
	{Name: "cups", Default: "2", Doc: "1 to 10", Check: Whole(1, 10)},
	{Name: "brew", Default: "3m", Doc: "1ms to 5m", Check: Span(time.Millisecond, 5*time.Minute)},
	{Name: "sort", Default: "green", Doc: "green or black", Check: OneOf("green", "black")},
	{Name: "pot", Default: "blue", Doc: "any"},
}}

func TestFillAddsTheDefaultsOfWhatIsNotGiven(t *testing.T) {
	p, err := about.Fill(Params{"cups": "10", "brew": "1500us"})
	require.NoError(t, err)
	assert.Equal(t, Params{"cups": "10", "brew": "1500us", "sort": "green", "pot": "blue"}, p)
	assert.Equal(t, 10, p.Int("cups"))
	assert.Equal(t, 1500*time.Microsecond, p.Duration("brew"))
}

func TestFillSaysWhatIsWrongAndWhatIsAllowed(t *testing.T) {
	for _, c := range []struct{ name, value, says string }{
		{"cup", "1", `"cups"`},
		{"cups", "0", "from 1 to 10"},
		{"cups", "11", "from 1 to 10"},
		{"cups", "many", "from 1 to 10"},
		{"cups", "07", "from 1 to 10"},
		{"cups", "+7", "from 1 to 10"},
		{"cups", "", "one word"},
		{"brew", "1h", "from 1ms to 5m"},
		{"brew", "3", "500us"},
		{"sort", "red", "green, black"},
		{"pot", "a/b", "slash"},
		{"pot", "a b", "one word"},
		{"pot", "a\x00b", "one word"},
		{"pot", "a\u00a0b", "one word"},
		{"pot", "blue-2", "CPUs"},
	} {
		_, err := about.Fill(Params{c.name: c.value})
		assert.ErrorContains(t, err, c.says, "%s=%q", c.name, c.value)
		assert.ErrorContains(t, err, "tea")
	}
	_, err := about.Fill(Params{"pot": "sky-blue"})
	assert.NoError(t, err)
	_, err = About{Name: "tea"}.Fill(Params{"cups": "1"})
	assert.ErrorContains(t, err, "no parameters")
}

func TestWhatWasNotCheckedPanics(t *testing.T) {
	assert.Panics(t, func() { Params{}.Int("cups") })
	assert.Panics(t, func() { Params{"brew": "x"}.Duration("brew") })
}

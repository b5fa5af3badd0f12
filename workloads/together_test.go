package workloads

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTogetherIsWhatLetsAJobEndInTime(t *testing.T) {
	assert.Equal(t, 1, Together(1000, 2*time.Millisecond))
	assert.Equal(t, 2, Together(1001, 2*time.Millisecond))
	assert.Equal(t, 5000, Together(10_000, time.Second))
	assert.Equal(t, 0, Together(10, 0))
	assert.Equal(t, 3, Together(3, time.Hour), "never more than there are")
	assert.Equal(t, 1_000_000, Together(1_000_000, 100_000*time.Minute), "nor past what a Duration holds")
}

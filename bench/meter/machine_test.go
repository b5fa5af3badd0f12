package meter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/bench/meter"
)

func TestADelayIsNeverNegative(t *testing.T) {
	then := meter.Delay{1: time.Second, 2: time.Minute, 3: time.Hour}
	now := meter.Delay{1: 3 * time.Second, 2: time.Second, 4: time.Second} // 2 is another thread by now
	assert.Equal(t, 3*time.Second, now.Since(then))
	assert.Zero(t, then.Since(then))
}

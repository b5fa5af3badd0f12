package workloads

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestObservedReportsTheMeanOverOpsAndThePercentilesOverAllTimes(t *testing.T) {
	var o Observed
	for op := range 4 {
		o.Add("lost/op", float64(op))
		for ns := range int64(25) {
			o.Time("lag", 25*int64(op)+ns+1)
		}
		o.EndOp()
	}
	f := o.Figures()
	assert.Equal(t, 1.5, f["lost/op"])
	assert.Equal(t, 50.0, f["lag-p50-ns"])
	assert.Equal(t, 99.0, f["lag-p99-ns"])
	assert.Equal(t, 100.0, f["lag-p99.9-ns"])
	assert.Equal(t, 100.0, f["lag-max-ns"])
	for _, figure := range Spread("lag", "lag", "p99") {
		assert.Contains(t, f, figure.Unit)
		assert.Equal(t, figure.Unit == "lag-p99-ns", figure.Judged)
	}
}

func TestATimeCanBeAddedAsOftenAsItOccurred(t *testing.T) {
	var one, many Observed
	for range 3 {
		one.Time("lag", 10)
	}
	one.Time("lag", 20)
	many.Times("lag", 10, 3)
	many.Times("lag", 20, 1)
	assert.Equal(t, one.Figures(), many.Figures())
	assert.Equal(t, 10.0, many.Figures()["lag-p50-ns"])
}

func TestATimeOutOfRangeIsTheNearestInIt(t *testing.T) {
	var o Observed
	o.Time("lag", -5)
	o.Time("lag", 2*3600e9)
	o.EndOp()
	assert.Equal(t, 3600e9, o.Figures()["lag-max-ns"])
}

func TestNothingObservedIsNothing(t *testing.T) { assert.Empty(t, new(Observed).Figures()) }

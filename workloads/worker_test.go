package workloads_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

func TestRebuildNamesWhatItDoesNotKnow(t *testing.T) {
	_, _, err := workloads.Rebuild(runners.Spec{Workload: "none"}, 1)
	assert.ErrorContains(t, err, `unknown workload "none"`)
}

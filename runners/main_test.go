package runners_test

import (
	"testing"

	"github.com/concbench/concbench/runners/runnertest"
)

func TestMain(m *testing.M) { runnertest.Main(m) }

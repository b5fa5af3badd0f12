package bench_test

import (
	"testing"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/workloads"
	_ "github.com/concbench/concbench/workloads/all"
)

func TestMain(m *testing.M) { bench.Main(m) }

func BenchmarkIO(b *testing.B)    { bench.Kind(b, workloads.IO) }
func BenchmarkCPU(b *testing.B)   { bench.Kind(b, workloads.CPU) }
func BenchmarkMixed(b *testing.B) { bench.Kind(b, workloads.Mixed) }
func BenchmarkCost(b *testing.B)  { bench.Kind(b, workloads.Cost) }

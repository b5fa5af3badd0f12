// Package all registers every workload there is, a kind after another.
package all

import (
	_ "github.com/concbench/concbench/workloads/cost"
	_ "github.com/concbench/concbench/workloads/cpu"
	_ "github.com/concbench/concbench/workloads/io"
	_ "github.com/concbench/concbench/workloads/mixed"
)

package runs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/concbench/concbench/results"
)

// describe fills in what a report says of the plan.
func (p *Plan) describe(r *results.Run) {
	r.Profile, r.Seed, r.Rounds = string(p.Profile), p.Seed, p.Rounds
	r.Cycles, r.Serial, r.Budget, r.Anytime, r.CPUs = p.Cycles, p.Serial, p.Budget, p.Budget > 0, p.Plain.CPU
	r.Asked = &results.Asked{Models: p.Choice.Models, Workloads: p.Choice.Workloads, Place: string(p.Place), Timeout: p.Timeout, Tags: p.Tags}
	r.Cells, r.Models, r.Workloads, r.Jobs, r.Sweeps = p.Cells, p.models, p.workloads, p.Jobs, p.Sweeps
	r.NotMeasured = p.NotMeasured
	var binaries []Binary
	for _, s := range p.Suites {
		r.OriginProcs = p.Suites[0].Plan.OriginProcs
		if s.Package != "" {
			r.Packages = append(r.Packages, results.Package{Path: s.Package, Binary: s.Binary.SHA256, Config: s.Plan.Config})
		} else {
			r.Config = s.Plan.Config
		}
		binaries = append(binaries, s.Binary)
	}
	for _, x := range p.Plains {
		r.Asked.Plain = &results.AskedPlain{Bench: p.Plain.Bench, CPU: p.Plain.CPU, Isolate: string(p.Plain.Isolate), Args: p.Plain.Args}
		r.Packages = append(r.Packages, results.Package{Path: x.Path, Binary: x.Binary.SHA256, Whole: x.Whole, Config: x.Config})
		binaries = append(binaries, x.Binary)
	}
	first := binaries[0]
	r.Go, r.Commit, r.Binary = first.Go, first.Commit, first.SHA256
	if len(binaries) > 1 {
		all := sha256.New()
		for _, b := range binaries {
			fmt.Fprintln(all, b.SHA256)
		}
		r.Binary = hex.EncodeToString(all.Sum(nil))
	}
}

package results

import (
	"encoding/json"
	"io"
	"math"
)

// jsonInterval is an Interval in JSON, which has no infinity: what has no bound
// lacks it.
type jsonInterval struct {
	Estimate *float64 `json:"estimate,omitempty"`
	Lo       *float64 `json:"lo,omitempty"`
	Hi       *float64 `json:"hi,omitempty"`
}

func bounds(i Interval) jsonInterval {
	return jsonInterval{finite(i.Estimate), finite(i.Lo), finite(i.Hi)}
}

// finite returns a number that JSON can hold, nil where v is none.
func finite(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}

type jsonComparison struct {
	Package string        `json:"package,omitempty"`
	Cell    string        `json:"cell"`
	Unit    string        `json:"unit"`
	First   float64       `json:"first"`
	Second  float64       `json:"second"`
	N       [2]int        `json:"n"`
	P       *float64      `json:"p,omitempty"`
	Exact   bool          `json:"exact,omitempty"`
	Ratio   jsonInterval  `json:"ratio"`
	Verdict StoredVerdict `json:"verdict"`
}

type jsonRatio struct {
	Job       string       `json:"job"`
	Unit      string       `json:"unit"`
	Model     string       `json:"model"`
	Reference string       `json:"reference"`
	First     jsonInterval `json:"first"`
	Second    jsonInterval `json:"second"`
	Agree     Agreement    `json:"agree"`
}

// WriteStoredJSON writes the comparison as JSON. Ratios are of the second run's
// figure to the first's; figures of CPU are for one task.
func WriteStoredJSON(w io.Writer, s *Stored) error {
	out := struct {
		Paired      bool             `json:"paired"`
		Note        string           `json:"note"`
		Regressed   bool             `json:"regressed"`
		ExitCode    int              `json:"exit_code"`   // without --strict
		Strict      int              `json:"strict_code"` // with it
		Threshold   float64          `json:"threshold"`
		Machines    []string         `json:"machines_differ,omitempty"`
		Noted       []string         `json:"noted,omitempty"`
		Comparisons []jsonComparison `json:"comparisons"`
		Ratios      []jsonRatio      `json:"ratios,omitempty"`
		OnlyFirst   []string         `json:"only_first,omitempty"`
		OnlySecond  []string         `json:"only_second,omitempty"`
		NotJudged   []string         `json:"not_judged,omitempty"`
		Failed      []string         `json:"failed,omitempty"` // in the second run
	}{Note: StoredNote, Regressed: s.Regressed(), ExitCode: s.ExitCode(false), Strict: s.ExitCode(true), Threshold: s.Threshold, Machines: s.Machines, Noted: s.Noted,
		Comparisons: []jsonComparison{}, OnlyFirst: s.OnlyFirst, OnlySecond: s.OnlySecond, NotJudged: s.NotJudged, Failed: s.Failed}
	for _, c := range s.Comparisons {
		out.Comparisons = append(out.Comparisons, jsonComparison{c.Package, c.Cell, c.Metric.Unit, c.First, c.Second, c.N, finite(c.P), c.Exact, bounds(c.Ratio), c.Verdict})
	}
	for _, r := range s.Ratios {
		for _, m := range r.Models {
			out.Ratios = append(out.Ratios, jsonRatio{r.Job, r.Metric.Unit, m.Model, r.Reference, bounds(m.First), bounds(m.Second), m.Agree})
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

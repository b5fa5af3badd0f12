package compare

import (
	"encoding/json"
	"io"
	"math"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/stats"
)

// A Document is a report as JSON. Its names stay; further ones may come. What
// is not known, or not finite, is null.
type Document struct {
	Version     int                  `json:"version"`
	Kind        Kind                 `json:"kind"` // compare or aa
	Status      results.Status       `json:"status"`
	Headline    string               `json:"headline"`
	Base        Side                 `json:"base"`
	Head        Side                 `json:"head"`
	Threshold   float64              `json:"threshold"`   // a share
	Alpha       float64              `json:"alpha"`       // probability of any false slower or faster
	Family      int                  `json:"family"`      // comparisons among which alpha is divided
	Rounds      int                  `json:"rounds"`      // that a benchmark gets at most
	Serial      bool                 `json:"serial"`      // one side was measured after the other, as was asked for
	ExitCode    int                  `json:"exit_code"`   // without --strict
	Strict      int                  `json:"strict_code"` // with it
	Packages    []Package            `json:"packages"`
	Benchmarks  []DocumentBenchmark  `json:"benchmarks"`
	Sensitivity *DocumentSensitivity `json:"sensitivity"` // null under aa
	Check       *DocumentCheck       `json:"check"`       // null but under aa
	Warnings    []results.Warning    `json:"warnings"`
}

// A DocumentBenchmark is a benchmark in a Document.
type DocumentBenchmark struct {
	Package      string               `json:"package"`
	Name         string               `json:"name"`
	Verdict      Verdict              `json:"verdict"` // the worst of its metrics; "" if it is not compared
	State        State                `json:"state"`   // why it is not compared; "" if it is
	Why          string               `json:"why"`
	Failure      string               `json:"failure"`
	Log          string               `json:"log"` // path in the comparison's folder
	Rounds       int                  `json:"rounds"`
	LayoutRounds int                  `json:"layout_rounds"` // of them, in link layouts other than the linker's own
	Serial       string               `json:"serial"`        // why its sides were measured one after the other; "": they took turns
	Metrics      []DocumentComparison `json:"metrics"`
	Profile      string               `json:"profile"`
}

// A DocumentComparison is a benchmark by one metric in a Document.
type DocumentComparison struct {
	Metric       string   `json:"metric"`
	Verdict      Verdict  `json:"verdict"` // undecided: it is open
	Exact        bool     `json:"exact"`
	Suspect      bool     `json:"suspect"` // it looked different in the linker's own layout, and the ratio is of others
	HigherBetter bool     `json:"higher_is_better"`
	Base         *float64 `json:"base"`
	Head         *float64 `json:"head"`
	Ratio        *float64 `json:"ratio"` // head to base
	RatioLow     *float64 `json:"ratio_low"`
	RatioHigh    *float64 `json:"ratio_high"`
	Rounds       int      `json:"rounds"`        // that the ratio rests on
	RoundsNeeded int      `json:"rounds_needed"` // estimate of further ones, if undecided; 0: not known
	Beyond       bool     `json:"beyond_plan"`   // those are more than the plan allows
	Note         string   `json:"note"`
	Tail         *float64 `json:"tail_ratio"` // of the means, where they differ by more than the threshold and the medians do not
}

// A DocumentSensitivity is a Sensitivity in a Document.
type DocumentSensitivity struct {
	Metric    string   `json:"metric"`
	Threshold float64  `json:"threshold"`
	Caught    int      `json:"caught"`
	Of        int      `json:"of"`
	Package   string   `json:"weakest_package"`
	Benchmark string   `json:"weakest_benchmark"`
	Smallest  *float64 `json:"weakest_catches"` // a share
}

// A DocumentCheck is a Check in a Document.
type DocumentCheck struct {
	Rounds      int                 `json:"rounds"`
	Comparisons int                 `json:"comparisons"`
	Calls       int                 `json:"calls"`
	Corrected   int                 `json:"corrected_calls"`
	Rate        *float64            `json:"false_alarm_rate"`
	RateLow     *float64            `json:"false_alarm_rate_low"`
	RateHigh    *float64            `json:"false_alarm_rate_high"`
	Constant    int                 `json:"constant"`
	Short       int                 `json:"too_few_rounds"`
	Resampled   int                 `json:"resampled_gates"`
	CriedWolf   int                 `json:"resampled_gates_slower"`
	Faster      int                 `json:"resampled_gates_faster"`
	Spreads     int                 `json:"spreads"`               // benchmarks measured both ways; the medians over them, by ns/op:
	Turns       *float64            `json:"spread_in_turns"`       // of the rounds' log ratios, whose sides took turns
	After       *float64            `json:"spread_after"`          // of those whose sides ran one after the other
	Share       *float64            `json:"spread_in_turns_share"` // the one by the other
	Lines       []DocumentCheckLine `json:"lines"`
}

// A DocumentCheckLine is a CheckLine in a Document.
type DocumentCheckLine struct {
	Package   string   `json:"package"`
	Benchmark string   `json:"benchmark"`
	Metric    string   `json:"metric"`
	Rounds    int      `json:"rounds"`
	Figure    *float64 `json:"figure"`
	Within    *float64 `json:"spread_within"`
	Between   *float64 `json:"spread_between"`        // in turns
	After     *float64 `json:"spread_after"`          // one after the other; null if it was not measured
	Share     *float64 `json:"spread_in_turns_share"` // the one by the other
	Ratio     *float64 `json:"ratio"`
	RatioLow  *float64 `json:"ratio_low"`
	RatioHigh *float64 `json:"ratio_high"`
	Called    bool     `json:"called"`
	Constant  bool     `json:"constant"`
	Catches   *float64 `json:"catches"` // a share
}

// WriteJSON writes the report as a Document.
func WriteJSON(w io.Writer, r *Report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "\t")
	return enc.Encode(r.Document())
}

// Document returns the report as it is written in JSON.
func (r *Report) Document() Document {
	p := r.Plan
	d := Document{Version: Version, Kind: p.Kind, Status: p.Status, Headline: r.Headline(), Base: p.Base, Head: p.Head,
		Threshold: p.Threshold, Alpha: p.Alpha, Family: r.Family, Rounds: p.Rounds, Serial: p.Serial, ExitCode: r.ExitCode(false), Strict: r.ExitCode(true),
		Packages: append([]Package{}, p.Packages...), Benchmarks: []DocumentBenchmark{}, Warnings: append([]results.Warning{}, r.Warnings...)}
	for i := range r.Results {
		b := &r.Results[i]
		of := DocumentBenchmark{Package: b.Package, Name: b.Name, State: b.State, Why: b.Why, Failure: b.Failure, Log: b.Log,
			Rounds: b.Rounds, LayoutRounds: b.Layouts, Serial: b.Serial, Metrics: []DocumentComparison{}, Profile: b.Profile}
		switch pkg := p.pkg(b.Package); {
		case b.State != Compared || p.Kind == AA && b.Failure == "":
		case pkg != nil && pkg.Identical:
			of.Verdict = Identical
		default:
			of.Verdict = b.Verdict()
		}
		if b.measured() && p.Kind == Gate {
			for _, c := range b.Comparisons {
				of.Metrics = append(of.Metrics, c.document())
			}
		}
		d.Benchmarks = append(d.Benchmarks, of)
	}
	if p.Kind == AA {
		d.Check = r.Check().document()
		return d
	}
	s := r.Sensitivity()
	if s.Of == 0 {
		s.Smallest = math.NaN() // unknown
	}
	d.Sensitivity = &DocumentSensitivity{s.Metric, s.Threshold, s.Caught, s.Of, s.Weakest.Package, s.Weakest.Benchmark, finite(s.Smallest)}
	return d
}

func (c Comparison) document() DocumentComparison {
	d := DocumentComparison{c.Metric, c.Verdict, c.Exact, c.Suspect, c.Higher, finite(c.Base), finite(c.Head),
		finite(c.Ratio.Estimate), bound(c.Ratio, c.Ratio.Lo), bound(c.Ratio, c.Ratio.Hi), c.Ratio.N, c.Needs, c.Far, c.Note, nil}
	if c.Tail != 0 {
		d.Tail = finite(c.Tail)
	}
	return d
}

func (c *Check) document() *DocumentCheck {
	d := &DocumentCheck{c.Rounds, c.Comparisons, c.Calls, c.Corrected, finite(c.Rate()), finite(c.Lo), finite(c.Hi),
		c.Constant, c.Short, c.Gates.Runs, c.Gates.Slower, c.Gates.Faster, c.Spreads, finite(c.Turns), finite(c.After), finite(c.Share), []DocumentCheckLine{}}
	for _, l := range c.Lines {
		d.Lines = append(d.Lines, DocumentCheckLine{l.Package, l.Benchmark, l.Metric, l.Rounds, finite(l.Figure), finite(l.Within), finite(l.Between),
			finite(l.After), finite(l.Share()), finite(l.Ratio.Estimate), bound(l.Ratio, l.Ratio.Lo), bound(l.Ratio, l.Ratio.Hi), l.Called, l.Constant, finite(l.Catches)})
	}
	return d
}

// finite is nil for what JSON has no number for.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// bound is nil where too little was measured for the interval to have bounds:
// the lower one of a ratio would be 0 then.
func bound(i stats.Interval, v float64) *float64 {
	if !told(i) {
		return nil
	}
	return finite(v)
}

package gobench

import (
	"math"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// printed is what a test binary printed on its standard output, sorted.
type printed struct {
	config  []string
	results map[string][]string
	order   []string
	failed  map[string]string
	skipped map[string]string // why
	last    string            // the benchmark that began last
	ended   bool              // package testing said that something failed, and so came to its end
}

var (
	configLine = regexp.MustCompile(`^([a-z][^ A-Z]*: |Unit )`)
	logLine    = regexp.MustCompile(`\S+\.go:[0-9]+: .*`)
	// Package testing prints name, padding and tab, measures, and prints the rest.
	head = regexp.MustCompile(`Benchmark\S* *\t`)
	// From the number of iterations on to what -test.benchmem adds, which is last.
	tail = regexp.MustCompile(`(?:^|[^0-9.])([0-9]+(?:\t *[^ \t]+ \S+)*\t *-?[0-9]+ allocs/op)$`)
)

const lost = "printed over its own result line, which is lost"

// A reader sorts lines. Names that are asked for are recognized anywhere in a
// line, since what a benchmark prints may stand before them.
type reader struct {
	printed
	suffix  string // that package testing appends to names
	known   map[string]bool
	logged  string // by the last, where -test.v shows that at once
	pending string // its name has been printed, its figures have not
	why     string // the benchmark whose reason may come next: it failed or was skipped
	reasons map[string]string
	verbose bool
}

// parse sorts what a process printed that ran benchmarks with -test.cpu=cpu, of
// which the names are known, if any.
//
// Note: what a benchmark prints itself stands before its line, or in the middle
// of it. It is cut out where the figures can be told from it.
func parse(stdout string, cpu int, names []string) *printed {
	r := &reader{known: map[string]bool{}, printed: printed{
		results: map[string][]string{}, failed: map[string]string{}, skipped: map[string]string{}}}
	if cpu != 1 {
		r.suffix = "-" + strconv.Itoa(cpu)
	}
	for _, name := range names {
		r.known[name] = true
	}
	for line := range strings.Lines(stdout) {
		r.line(strings.TrimRight(line, "\r\n"))
	}
	if r.pending != "" && strings.HasSuffix(strings.TrimRight(stdout, "\r\n"), "PASS") {
		r.fail(r.pending, lost)
	}
	return &r.printed
}

func (r *reader) line(line string) {
	if name := r.why; name != "" {
		r.why = ""
		if reason, ok := strings.CutPrefix(line, "    "); ok {
			r.reasons[name] = strings.TrimSpace(reason)
			return
		}
	}
	if name, rest, ok := r.head(line); ok {
		if r.pending != "" {
			r.fail(r.pending, lost)
		}
		r.pending, r.last = name, name
		line = rest
	}
	switch {
	case r.verdict(line):
	case r.pending != "":
		r.figures(line)
	case r.started(line):
	case r.verbose && logLine.MatchString(line):
		r.logged = logLine.FindString(line)
	case strings.HasSuffix(line, "FAIL"):
		r.ended = true
	case strings.HasSuffix(line, "goos: "+runtime.GOOS): // the first line that package testing prints
		r.config = append(r.config, "goos: "+runtime.GOOS)
	case r.last == "" && configLine.MatchString(line):
		r.config = append(r.config, line)
	}
}

// head finds a name that is followed by its figures, or will be.
func (r *reader) head(line string) (name, rest string, ok bool) {
	loc := head.FindStringIndex(line)
	if loc == nil {
		return "", "", false
	}
	whole := strings.TrimRight(line[loc[0]:loc[1]], " \t")
	rest = line[loc[1]:]
	for at := 0; at >= 0; {
		if name := r.strip(whole[at:]); r.known[name] {
			return name, rest, true
		}
		next := strings.Index(whole[at+1:], "Benchmark")
		if next < 0 {
			break
		}
		at += 1 + next
	}
	// One that nobody asked for stands alone, while no other is being measured.
	if loc[0] > 0 || r.pending != "" || !strings.HasSuffix(whole, r.suffix) {
		return "", "", false
	}
	return r.strip(whole), rest, true
}

func (r *reader) strip(name string) string { return strings.TrimSuffix(name, r.suffix) }

// verdict reads a line that says that a benchmark failed or was skipped.
func (r *reader) verdict(line string) bool {
	for _, v := range []struct {
		mark string
		of   map[string]string
	}{{"--- FAIL: ", r.failed}, {"--- SKIP: ", r.skipped}} {
		at := strings.Index(line, v.mark)
		if at < 0 {
			continue
		}
		name := line[at+len(v.mark):]
		switch {
		case r.pending != "" && (name == r.pending || r.strip(name) == r.pending):
			name = r.pending
		case !strings.HasPrefix(name, "Benchmark") || strings.ContainsAny(name, " \t") || r.pending != "":
			continue // something that a benchmark printed
		}
		if r.known[r.strip(name)] && !r.known[name] {
			name = r.strip(name)
		}
		r.pending = ""
		defer func() { r.logged = "" }()
		if _, again := v.of[name]; !again {
			v.of[name] = r.logged
			r.why, r.reasons = name, v.of
		}
		return true
	}
	return false
}

// started reads a line of -test.v: the name of a benchmark that begins.
func (r *reader) started(line string) bool {
	for name := r.last; name != ""; name = r.parent(name) {
		if at := strings.Index(line, name+"/"); at > 0 {
			line = line[at:] // its parent printed something before
			break
		}
	}
	if !strings.HasPrefix(line, "Benchmark") || strings.ContainsAny(line, " \t") {
		return false
	}
	r.known[line], r.last, r.logged, r.verbose = true, line, "", true
	return true
}

// parent is the benchmark that is known to have begun above another, "" for none.
func (r *reader) parent(name string) string {
	for at := strings.LastIndexByte(name, '/'); at >= 0; at = strings.LastIndexByte(name, '/') {
		if name = name[:at]; r.known[name] {
			return name
		}
	}
	return ""
}

// figures reads what follows the name of the pending benchmark, behind whatever
// the benchmark printed.
func (r *reader) figures(line string) {
	m := tail.FindStringSubmatch(line)
	if m == nil {
		return
	}
	name := r.pending
	r.pending, r.logged = "", ""
	if why := nonsense(m[1]); why != "" {
		r.fail(name, "printed nonsense: "+why)
		return
	}
	if _, again := r.results[name]; !again {
		r.order = append(r.order, name)
	}
	r.results[name] = append(r.results[name], name+r.suffix+"\t"+m[1])
}

func (r *reader) fail(name, why string) {
	if r.failed[name] == "" {
		r.failed[name] = why
	}
}

// nonsense says what no measurement can give in the figures of a result line,
// "" if there is nothing of the kind. What a benchmark reports in a unit of its
// own may be any number, or none.
func nonsense(figures string) string {
	f := strings.Fields(figures)
	if n, err := strconv.Atoi(f[0]); err != nil || n < 1 {
		return f[0] + " iterations"
	}
	if len(f)%2 == 0 {
		return "a figure without a unit in " + strconv.Quote(figures)
	}
	for i := 1; i < len(f); i += 2 {
		v, err := strconv.ParseFloat(f[i], 64)
		own := !slices.Contains([]string{"ns/op", "B/op", "allocs/op", "MB/s"}, f[i+1])
		if err != nil || !own && (v < 0 || math.IsNaN(v) || math.IsInf(v, 0)) {
			return f[i] + " " + f[i+1]
		}
	}
	return ""
}

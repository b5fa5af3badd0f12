package gotest

import (
	"math"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// printed is what a test binary printed with -test.v on its standard output.
type printed struct {
	config  []string
	results map[string][]string // lines, by benchmark
	order   []string
	failed  map[string]string // why, by benchmark
	skipped map[string]string
	last    string // the benchmark that began last
	ended   bool   // package testing said that something failed, and so came to its end

	suffix  string // that package testing appends to names
	started map[string]bool
	logged  string // by the last
}

var (
	configLine = regexp.MustCompile(`^([a-z][^ A-Z]*: |Unit )`)
	logLine    = regexp.MustCompile(`\S+\.go:[0-9]+: .*`)
	// From the number of iterations on to what -test.benchmem adds, which is last.
	figures = regexp.MustCompile(`(?:^|[^0-9.])([0-9]+(?:\t *[^ \t]+ \S+)*\t *-?[0-9]+ allocs/op)$`)
)

// parse sorts what a process printed that ran benchmarks with -test.cpu=cpu and
// -test.v: the name of a benchmark as it begins, what it logs, and a line of its
// name and figures. What it prints itself may stand before any of them.
func parse(stdout string, cpu int) *printed {
	p := &printed{results: map[string][]string{}, failed: map[string]string{}, skipped: map[string]string{}, started: map[string]bool{}}
	if cpu != 1 {
		p.suffix = "-" + strconv.Itoa(cpu)
	}
	for line := range strings.Lines(stdout) {
		p.line(strings.TrimRight(line, "\r\n"))
	}
	return p
}

func (p *printed) line(line string) {
	switch {
	case p.verdict(line, "--- FAIL: ", p.failed), p.verdict(line, "--- SKIP: ", p.skipped):
	case strings.HasPrefix(line, "    ") && logLine.MatchString(line):
		p.logged = logLine.FindString(line)
	case p.result(line), p.begins(line):
	case logLine.MatchString(line):
		p.logged = logLine.FindString(line)
	case strings.HasSuffix(line, "FAIL"):
		p.ended = true
	case strings.HasSuffix(line, "goos: "+runtime.GOOS): // the first line that package testing prints
		p.config = append(p.config, "goos: "+runtime.GOOS)
	case p.last == "" && configLine.MatchString(line):
		p.config = append(p.config, line)
	}
}

// verdict reads a line that says that a benchmark failed or was skipped. Its
// name has the suffix unless that was in its first iteration.
func (p *printed) verdict(line, mark string, of map[string]string) bool {
	_, name, ok := strings.Cut(line, mark)
	if !ok || !isName(name) {
		return false
	}
	if !p.started[name] {
		name = strings.TrimSuffix(name, p.suffix)
	}
	if _, again := of[name]; !again {
		of[name] = p.logged
	}
	p.logged = ""
	return true
}

// result reads a line of figures: that of the benchmark that began last, whatever
// stands before its name, or one that begins with a name.
func (p *printed) result(line string) bool {
	name := p.last
	at := strings.LastIndex(line, name+p.suffix)
	if name == "" || at < 0 {
		at, name = 0, strings.TrimRight(line[:max(0, strings.IndexByte(line, '\t'))], " ")
		if !isName(name) || !strings.HasSuffix(name, p.suffix) {
			return false
		}
		name = strings.TrimSuffix(name, p.suffix)
	}
	m := figures.FindStringSubmatch(line[at+len(name+p.suffix):])
	if m == nil {
		return false
	}
	p.logged = ""
	if why := nonsense(m[1]); why != "" {
		p.failed[name] = "printed nonsense: " + why
		return true
	}
	if p.results[name] == nil {
		p.order = append(p.order, name)
	}
	p.results[name] = append(p.results[name], name+p.suffix+"\t"+m[1])
	return true
}

// begins reads the name of a benchmark that begins. What one above it printed
// may stand before it.
func (p *printed) begins(line string) bool {
	for name := p.last; name != ""; name = name[:max(0, strings.LastIndexByte(name, '/'))] {
		if at := strings.Index(line, name+"/"); at > 0 && p.started[name] {
			line = line[at:]
			break
		}
	}
	if !isName(line) {
		return false
	}
	p.started[line], p.last, p.logged = true, line, ""
	return true
}

func isName(s string) bool {
	return strings.HasPrefix(s, "Benchmark") && !strings.ContainsAny(s, " \t")
}

// nonsense says what no measurement can give in the figures of a result line, ""
// if there is nothing of the kind. What a benchmark reports in a unit of its own
// may be any number, or none.
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

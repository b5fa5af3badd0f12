package gate

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/concbench/concbench/results/record"
)

// An Arm is the gate as the process that measures sees it.
type Arm struct {
	in  *bufio.Reader
	out *os.File
}

// Inherited returns the gate with which this process was started, nil if it was
// started without one.
func Inherited() (*Arm, error) {
	value := os.Getenv(Env)
	if value == "" {
		return nil, nil
	}
	os.Unsetenv(Env)
	from, to, _ := strings.Cut(value, ",")
	in, errIn := strconv.Atoi(from)
	out, errOut := strconv.Atoi(to)
	if errIn != nil || errOut != nil {
		return nil, fmt.Errorf("%s=%s: want two descriptors", Env, value)
	}
	closeOnExec(in)
	closeOnExec(out)
	return &Arm{bufio.NewReader(os.NewFile(uintptr(in), "gate")), os.NewFile(uintptr(out), "gate")}, nil
}

// Ready says that the benchmark of that name is set up.
func (a *Arm) Ready(name string) error { return a.say(ready, name) }

// Sample answers a token with figures.
func (a *Arm) Sample(s record.Sample) error { return a.say(sample, s.String()) }

// Fail answers with why there are no figures.
func (a *Arm) Fail(err error) error { return a.say(failed, strconv.Quote(err.Error())) }

// Skip answers that the benchmark cannot be measured here, and why.
func (a *Arm) Skip(err error) error { return a.say(skipped, strconv.Quote(err.Error())) }

func (a *Arm) say(word, rest string) error {
	_, err := a.out.WriteString(word + " " + rest + "\n")
	return err
}

// Wait waits for a token and returns the number of iterations that it asks for,
// 0 for the end.
func (a *Arm) Wait() (n int) {
	line, err := a.in.ReadString('\n')
	if err != nil {
		return 0
	}
	rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), run+" ")
	if !ok {
		return 0
	}
	n, err = strconv.Atoi(rest)
	if err != nil || n < 1 {
		return 0
	}
	return n
}

package bench

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
)

// flagPlan is how a command that has not the workloads of a test binary learns
// what that would measure.
var flagPlan = flag.String("concbench.plan", "", "for concbench run: read a Choice from standard input, write the Plan into this file, both as JSON, and measure nothing")

// answerPlan reads a Choice and writes what it comes to here into a file.
func answerPlan(question io.Reader, file string) error {
	var c Choice
	if err := json.NewDecoder(question).Decode(&c); err != nil {
		return fmt.Errorf("-concbench.plan: no Choice on standard input: %w", err)
	}
	p, err := NewPlan(c)
	if err != nil {
		return err
	}
	answer, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return os.WriteFile(file, answer, 0o666)
}

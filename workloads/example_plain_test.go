package workloads_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/concbench/concbench/workloads"
)

// verify is a function that there is already.
func verify(context.Context) error {
	if sha256.Sum256([]byte("abc"))[0] != 0xba {
		return errors.New("the digest of abc does not begin with ba")
	}
	return nil
}

func init() { workloads.Register(workloads.Plain(verify).Tasks(100, 1000)) }

// One line makes a workload of a function.
func ExamplePlain() {
	w, err := workloads.Lookup("verify")
	if err != nil {
		panic(err)
	}
	a := w.About()
	fmt.Printf("%s (%s): %s\n", a.Name, a.Kind, a.Unit)
	for _, job := range a.Quick {
		fmt.Println(job.Tasks, "tasks")
	}
	// Output:
	// verify (Mixed): a call, which holds its thread
	// 100 tasks
	// 1000 tasks
}

package gotest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// A patcher puts statements into testing/benchmark.go.
type patcher struct {
	source []byte
	file   *ast.File
	put    map[int]string // by offset
	err    error          // the source is not what it was in Go 1.26
}

// patch returns testing/benchmark.go, patched.
func patch(source []byte, p Patch) ([]byte, error) {
	x := patcher{source: source, put: map[int]string{}}
	if x.file, x.err = parser.ParseFile(token.NewFileSet(), "benchmark.go", source, parser.SkipObjectResolution); x.err != nil {
		return nil, x.err
	}
	if p.Gate {
		x.gate()
	}
	if p.Work != nil {
		x.work()
	}
	var out []byte
	for at, c := range source {
		out = append(append(out, x.put[at]...), c)
	}
	return out, x.err
}

// gate waits at the gate where a benchmark is run for the first time, and before
// each sample.
func (x *patcher) gate() {
	x.head(x.body("(b *B) run1() bool"), "gateSaid, open := gateOpen(b); if !open { return false }; defer gateLost(b, gateSaid);")
	const count = " < *count"
	x.once("loop up to *count", x.body(") processBench(b *B)"), func(n ast.Node) bool {
		loop, ok := n.(*ast.ForStmt)
		if ok = ok && loop.Cond != nil && strings.HasSuffix(x.text(loop.Cond), count); ok {
			x.head(loop.Body, fmt.Sprintf("if !gateWait(b, %s == 0) { return };", strings.TrimSuffix(x.text(loop.Cond), count)))
		}
		return ok
	})
}

// work adds work before the timer stops at the end of a run: in runN, and where
// b.Loop returns false.
func (x *patcher) work() {
	stop := func(n ast.Node) bool {
		s, ok := n.(*ast.ExprStmt)
		if ok = ok && x.text(s) == "b.StopTimer()"; ok {
			x.put[int(s.Pos()-1)] = "b.addWork(); "
		}
		return ok
	}
	run := x.body("(b *B) runN(n int)")
	x.head(run, "workAdded = false;")
	x.once("b.StopTimer() in runN", run, stop)
	x.once("b.StopTimer() in loopSlowPath", x.body("(b *B) loopSlowPath() bool"), stop)
}

// text is the source of a node: positions in the only file count from 1.
func (x *patcher) text(n ast.Node) string { return string(x.source[n.Pos()-1 : n.End()-1]) }

// head puts a statement at the head of a block.
func (x *patcher) head(b *ast.BlockStmt, text string) {
	if b != nil {
		x.put[int(b.Lbrace)] = " " + text
	}
}

// body returns the body of the function whose head ends so.
func (x *patcher) body(head string) *ast.BlockStmt {
	at := slices.IndexFunc(x.file.Decls, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return ok && f.Body != nil && strings.HasSuffix(string(x.source[f.Pos()-1:f.Body.Pos()-1]), head+" ")
	})
	if at < 0 {
		x.err = fmt.Errorf("it has no func %s", head)
		return nil
	}
	return x.file.Decls[at].(*ast.FuncDecl).Body
}

// once looks for what is to be in a block once.
func (x *patcher) once(what string, in *ast.BlockStmt, is func(ast.Node) bool) {
	if in == nil {
		return
	}
	found := 0
	ast.Inspect(in, func(n ast.Node) bool {
		if n != nil && is(n) {
			found++
		}
		return true
	})
	if found != 1 {
		x.err = fmt.Errorf("it has %d times, not once: %s", found, what)
	}
}

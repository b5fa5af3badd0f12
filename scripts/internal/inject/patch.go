package inject

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
)

// added is the code that patch appends to testing/benchmark.go. The factor is
// never 0, so that the variable lies in the same section of both sides.
const added = `
var injectedFactor float64 = %v

// injectWork makes the run that is being timed longer, once. A benchmark that
// holds others is not measured itself.
func (b *B) injectWork() {
	if b.injected || b.hasSub.Load() {
		return
	}
	b.injected = true
	more := time.Duration(float64(b.Elapsed()) * (injectedFactor - 1))
	if more <= 0 {
		return
	}
	b.StartTimer() // the benchmark may have stopped it
	for from := highPrecisionTimeNow(); highPrecisionTimeSince(from) < more; {
	}
}
`

// An insertion is text that is put into a source file.
type insertion struct {
	at   int // bytes from the start
	text string
}

// patch returns testing/benchmark.go with work added before the timer stops at
// the end of a run: in runN, and where b.Loop returns false.
func patch(source []byte, share float64) ([]byte, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "benchmark.go", source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var (
		in          []insertion
		run, looped int // places found
		structB     bool
	)
	put := func(at token.Pos, text string) { in = append(in, insertion{set.Position(at).Offset, text}) }
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			name := decl.Name.Name
			if decl.Recv == nil || decl.Body == nil || name != "runN" && name != "loopSlowPath" && name != "stopOrScaleBLoop" {
				continue
			}
			for _, stop := range stops(decl.Body) {
				put(stop, "b.injectWork(); ")
				if name == "runN" {
					run++
				} else {
					looped++
				}
			}
			if name == "runN" {
				put(decl.Body.Lbrace+1, " b.injected = false; ")
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				t, ok := spec.(*ast.TypeSpec)
				if !ok || t.Name.Name != "B" {
					continue
				}
				if s, ok := t.Type.(*ast.StructType); ok {
					structB = true
					put(s.Fields.Opening+1, " injected bool; ")
				}
			}
		}
	}
	if run != 1 || looped == 0 || !structB {
		return nil, errors.New("runN, loopSlowPath or B is not what it was in Go 1.26")
	}
	slices.SortFunc(in, func(a, b insertion) int { return a.at - b.at })
	var out bytes.Buffer
	from := 0
	for _, i := range in {
		out.Write(source[from:i.at])
		out.WriteString(i.text)
		from = i.at
	}
	out.Write(source[from:])
	fmt.Fprintf(&out, added, 1+share)
	return out.Bytes(), nil
}

// stops returns where b.StopTimer() stands as a statement.
func stops(body *ast.BlockStmt) (found []token.Pos) {
	ast.Inspect(body, func(n ast.Node) bool {
		s, ok := n.(*ast.ExprStmt)
		if !ok {
			return true
		}
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return true
		}
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || f.Sel.Name != "StopTimer" {
			return true
		}
		if x, ok := f.X.(*ast.Ident); ok && x.Name == "b" {
			found = append(found, s.Pos())
		}
		return true
	})
	return found
}

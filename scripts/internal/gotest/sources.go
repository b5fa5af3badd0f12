package gotest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Sources returns, for each Benchmark function of the package, a hash of its
// source and of all in the package's test files that it refers to, directly or
// not: functions, variables, constants, types with their methods. Comments, but
// for directives, and formatting do not count; nor do init functions, TestMain
// and what is in other files, which is what is measured.
func Sources(p Package) (map[string]string, error) {
	d := declarations{path: p.Path, benchmarks: map[string]bool{}, of: map[declared][]string{}, refers: map[declared][]declared{}}
	for _, name := range p.TestFiles {
		if err := d.add(name); err != nil {
			return nil, err
		}
	}
	hashes := map[string]string{}
	for name := range d.benchmarks {
		// The external test package may have one of the same name.
		reached := map[declared]bool{}
		d.reach(declared{false, name}, reached)
		d.reach(declared{true, name}, reached)
		h := sha256.New()
		for _, at := range slices.SortedFunc(maps.Keys(reached), declared.compare) {
			for _, text := range slices.Sorted(slices.Values(d.of[at])) {
				h.Write([]byte(strconv.Quote(at.name) + strconv.Quote(text)))
			}
		}
		hashes[name] = hex.EncodeToString(h.Sum(nil))
	}
	return hashes, nil
}

// A declared is a name at the top level of the test files.
type declared struct {
	external bool // in the package's external test package
	name     string
}

func (d declared) compare(e declared) int {
	if d.external != e.external {
		return map[bool]int{false: -1, true: 1}[d.external]
	}
	return strings.Compare(d.name, e.name)
}

type declarations struct {
	path       string // of the package under test
	benchmarks map[string]bool
	of         map[declared][]string // texts; a type has its methods'
	refers     map[declared][]declared
}

// reach notes a declaration and all that it refers to, directly or not.
func (d *declarations) reach(at declared, reached map[declared]bool) {
	if d.of[at] == nil || reached[at] {
		return
	}
	reached[at] = true
	for _, next := range d.refers[at] {
		d.reach(next, reached)
	}
}

// A source is a test file.
type source struct {
	*declarations
	text     []byte
	set      *token.FileSet
	external bool
	self     string // what it calls the package under test; "" where it does not import it
}

// add reads a file.
func (d *declarations) add(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	s := source{declarations: d, text: text, set: token.NewFileSet()}
	f, err := parser.ParseFile(s.set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	s.external = strings.HasSuffix(f.Name.Name, "_test")
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err != nil || path != d.path {
			continue
		}
		if s.self = strings.TrimSuffix(f.Name.Name, "_test"); i.Name != nil {
			s.self = i.Name.Name
		}
	}
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			name := decl.Name.Name
			if decl.Recv != nil && len(decl.Recv.List) > 0 {
				name = receiver(decl.Recv.List[0].Type)
			} else if b := benchmark(decl); b != "" {
				d.benchmarks[b] = true
			}
			s.declare(decl, directives(decl.Doc)+s.tokens(decl), name)
		case *ast.GenDecl:
			s.group(decl)
		}
	}
	return nil
}

// group declares what stands in a declaration of constants, variables or types.
func (s *source) group(g *ast.GenDecl) {
	for _, spec := range g.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.declare(spec, "type "+s.tokens(spec), spec.Name.Name)
		case *ast.ValueSpec:
			var names []string
			for _, n := range spec.Names {
				names = append(names, n.Name)
			}
			if g.Tok == token.CONST && g.Lparen.IsValid() {
				s.declare(g, s.tokens(g), names...) // each may depend on its place in the group
				continue
			}
			s.declare(spec, g.Tok.String()+" "+directives(g.Doc)+directives(spec.Doc)+s.tokens(spec), names...)
		}
	}
}

// declare notes the text of names, and the names in it.
func (s *source) declare(n ast.Node, text string, names ...string) {
	var refers []declared
	var visit func(ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr: // what is selected is no name of the top level, but for
			if x, ok := n.X.(*ast.Ident); ok && s.self != "" && x.Name == s.self {
				refers = append(refers, declared{false, n.Sel.Name}) // what an internal test file exports
			}
			ast.Inspect(n.X, visit)
			return false
		case *ast.Ident:
			refers = append(refers, declared{s.external, n.Name})
			if s.self == "." {
				refers = append(refers, declared{false, n.Name})
			}
		}
		return true
	}
	ast.Inspect(n, visit)
	for _, name := range names {
		if name == "_" {
			continue
		}
		at := declared{s.external, name}
		s.of[at] = append(s.of[at], text)
		s.refers[at] = append(s.refers[at], refers...)
	}
}

// receiver is the type of a method.
func receiver(t ast.Expr) string {
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr: // type parameters
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// directives are those comments that the compiler heeds.
func directives(doc *ast.CommentGroup) string {
	var all string
	if doc != nil {
		for _, c := range doc.List {
			if strings.HasPrefix(c.Text, "//go:") {
				all += c.Text + "\n"
			}
		}
	}
	return all
}

// tokens is the text of a node without comments and layout: its tokens, but for
// those that only a line break makes necessary.
func (s *source) tokens(n ast.Node) string {
	file := s.set.File(n.Pos())
	text := s.text[file.Offset(n.Pos()):file.Offset(n.End())]
	var scan scanner.Scanner
	set := token.NewFileSet()
	scan.Init(set.AddFile("", set.Base(), len(text)), text, nil, 0)
	var out bytes.Buffer
	optional := "" // until something follows that needs it
	for {
		_, tok, lit := scan.Scan()
		switch tok {
		case token.EOF:
			return out.String()
		case token.RPAREN, token.RBRACE, token.RBRACK:
			optional = ""
		}
		out.WriteString(optional)
		optional = ""
		if lit == "" || tok == token.SEMICOLON {
			lit = tok.String()
		}
		if tok == token.COMMA || tok == token.SEMICOLON {
			optional = lit + " "
			continue
		}
		out.WriteString(lit + " ")
	}
}

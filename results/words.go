package results

import (
	"fmt"
	"slices"
	"strings"
)

// intersect returns the names of a that are in b too.
func intersect(a, b []string) []string {
	var both []string
	for _, name := range a {
		if slices.Contains(b, name) {
			both = append(both, name)
		}
	}
	return both
}

// join writes "a, b and c".
func join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// be is the verb for the models: a name in the plural takes "are".
func be(names []string) string {
	if len(names) > 1 || strings.HasSuffix(join(names), "s") {
		return "are"
	}
	return "is"
}

// them is the pronoun for the models.
func them(names []string) string {
	switch {
	case len(names) == 2:
		return "either"
	case len(names) > 2:
		return "any of them"
	case be(names) == "are":
		return "them"
	}
	return "it"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// have is the verb for the model.
func have(name string) string {
	if be([]string{name}) == "are" {
		return "have"
	}
	return "has"
}

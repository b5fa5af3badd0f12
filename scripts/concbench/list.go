package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

func listCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:       "list models|workloads|pairs|claims",
		Short:     "List the models, the workloads, which runs which, or what settles which claim",
		ValidArgs: []string{"models", "workloads", "pairs", "claims"},
		Args:      cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			w := cmd.OutOrStdout()
			switch args[0] {
			case "models":
				return list(w, models(), asJSON, writeModels)
			case "workloads":
				return list(w, jobs(), asJSON, writeWorkloads)
			}
			if asJSON {
				return errors.New("--json is for models and workloads: pairs and claims are written as Markdown")
			}
			switch args[0] {
			case "pairs":
				return writePairs(w)
			case "claims":
				return writeClaims(w)
			}
			return runners.Unknown("list", args[0], cmd.ValidArgs)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON (models and workloads)")
	return cmd
}

func list[T any](w io.Writer, rows []T, asJSON bool, write func(io.Writer, []T) error) error {
	if !asJSON {
		return write(w, rows)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(rows)
}

// A modelRow is what is listed of a model.
type modelRow struct {
	Name        string `json:"name"`
	Summary     string `json:"summary"`
	Honest      string `json:"honest"`
	World       string `json:"world"`
	Usable      bool   `json:"usable"`
	Quick       bool   `json:"quick"`
	Option      string `json:"option,omitempty"`
	Default     string `json:"default,omitempty"`
	NotRunnable string `json:"not_runnable,omitempty"`
}

func models() []modelRow {
	var rows []modelRow
	for _, m := range runners.Models() {
		row := modelRow{Name: m.Name, Summary: m.Summary, Honest: m.Honest, World: m.World, Usable: m.Usable, Quick: m.Quick}
		if m.Option != nil {
			row.Option, row.Default = m.Option.Name+": "+m.Option.Doc, m.Option.Text(m.Option.Default(bench.Cores()))
		}
		if m.Unsupported != nil {
			if err := m.Unsupported(); err != nil {
				row.NotRunnable = err.Error()
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func writeModels(w io.Writer, rows []modelRow) error {
	for _, m := range rows {
		kind := "usable: a Go program can simply do so"
		if !m.Usable {
			kind = "reference: stands for another runtime's way"
		}
		fmt.Fprintf(w, "%s (%s)\n    %s\n    faithful: %s\n", m.Name, kind, m.Summary, m.Honest)
		if !m.Quick {
			fmt.Fprintln(w, "    not in the quick profile: name it with --models, or take --profile full")
		}
		if m.Option != "" {
			fmt.Fprintf(w, "    %s:%s is its default here; %s\n", m.Name, m.Default, m.Option)
		}
		if m.NotRunnable != "" {
			fmt.Fprintf(w, "    not runnable: %s\n", m.NotRunnable)
		}
	}
	return nil
}

// A workloadRow is what is listed of a workload.
type workloadRow struct {
	Name    string     `json:"name"`
	Kind    string     `json:"kind"`
	Summary string     `json:"summary"`
	Unit    string     `json:"unit"`
	Params  []paramRow `json:"params"`
	Quick   []string   `json:"quick"`
	Full    []string   `json:"full"`
}

type paramRow struct {
	Name    string `json:"name"`
	Default string `json:"default"`
	Doc     string `json:"doc"`
}

func jobs() []workloadRow {
	var rows []workloadRow
	for _, w := range workloads.All() {
		a := w.About()
		row := workloadRow{Name: a.Name, Kind: string(a.Kind), Summary: a.Summary, Unit: a.Unit, Params: []paramRow{}}
		for _, p := range a.Params {
			row.Params = append(row.Params, paramRow{p.Name, p.Default, p.Doc})
		}
		for _, j := range bench.Quick.Jobs(w, bench.Usual) {
			row.Quick = append(row.Quick, j.Name())
		}
		for _, j := range bench.Full.Jobs(w, bench.Usual) {
			row.Full = append(row.Full, j.Name())
		}
		rows = append(rows, row)
	}
	return rows
}

func writeWorkloads(w io.Writer, rows []workloadRow) error {
	for _, r := range rows {
		fmt.Fprintf(w, "%s (%s)\n    %s\n    one task: %s\n", r.Name, r.Kind, r.Summary, r.Unit)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, p := range r.Params {
			fmt.Fprintf(t, "    %s=%s\t%s\n", p.Name, p.Default, p.Doc)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		if len(r.Quick) == 0 {
			r.Quick = []string{"none: name it with --workloads, or take --profile full"}
		}
		fmt.Fprintf(w, "    quick: %s\n", strings.Join(r.Quick, " "))
		fmt.Fprintf(w, "    full:  %s\n", strings.Join(r.Full, " "))
	}
	return nil
}

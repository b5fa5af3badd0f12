package machine

import (
	"path/filepath"

	"github.com/concbench/concbench/results"
)

// battery warns of a machine that saves power.
func battery(results.Env) *results.Warning { return discharging("/sys/class/power_supply") }

func discharging(supplies string) *results.Warning {
	found, _ := filepath.Glob(filepath.Join(supplies, "*"))
	for _, s := range found {
		// A mouse has a battery too: its scope is Device.
		if read(filepath.Join(s, "status")) == "Discharging" && read(filepath.Join(s, "scope")) != "Device" {
			return &results.Warning{Kind: "battery",
				Text: "the machine runs on its battery: the CPU saves power",
				Do:   "plug it in"}
		}
	}
	return nil
}

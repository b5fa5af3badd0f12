package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A percent is a flag such as 5%: a share, 0.05.
type percent float64

func (p *percent) String() string { return strconv.FormatFloat(100*float64(*p), 'g', -1, 64) + "%" }

func (p *percent) Type() string { return "percent" }

func (p *percent) Set(s string) error {
	number, sign := strings.CutSuffix(s, "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !sign || math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("want percents, such as 5%%")
	}
	*p = percent(v / 100)
	return nil
}

package mixed

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/concbench/concbench/workloads/internal/data"
)

// An order is what the origin of api answers with.
type order struct {
	ID       string      `json:"id"`
	Customer string      `json:"customer"`
	Items    []orderItem `json:"items"`
}

type orderItem struct {
	Article string   `json:"article"`
	Count   int      `json:"count"`
	Cents   int      `json:"cents"` // each
	Tags    []string `json:"tags"`
}

const maxItems = 1000

func newOrder(items int, seed uint64) order {
	word := func(numbers ...int) string { return strconv.FormatUint(data.Key(seed, numbers...), 36) }
	o := order{ID: word(-1), Customer: word(-2)}
	for k := range items {
		n := data.Key(seed, k)
		o.Items = append(o.Items, orderItem{Article: word(k, 0), Count: int(n%9) + 1, Cents: int(n >> 32 % 10_000), Tags: []string{word(k, 1), word(k, 2)}})
	}
	return o
}

func (o *order) json() []byte {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err) // strings and numbers
	}
	return text
}

// total decodes an order and returns what it costs, in cents.
func total(text []byte) (cents int, err error) {
	var o order
	if err := json.Unmarshal(text, &o); err != nil {
		return 0, err
	}
	for _, item := range o.Items {
		cents += item.Count * item.Cents
	}
	return cents, nil
}

// orders answers as Usage tells.
func orders() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{latency}/{items}/{seed}", func(w http.ResponseWriter, r *http.Request) {
		latency, err1 := time.ParseDuration(r.PathValue("latency"))
		items, err2 := strconv.Atoi(r.PathValue("items"))
		seed, err3 := strconv.ParseUint(r.PathValue("seed"), 10, 64)
		if err1 != nil || err2 != nil || err3 != nil || latency < 0 || latency > maxWait || items < 1 || items > maxItems {
			http.Error(w, fmt.Sprintf("want /LATENCY/ITEMS/SEED: a duration up to %v, a number up to %d, a number of 64 bits", maxWait, maxItems), http.StatusBadRequest)
			return
		}
		time.Sleep(latency)
		o := newOrder(items, seed)
		text := o.json()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		w.Write(text)
	})
	return mux
}

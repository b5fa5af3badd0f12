package cpu

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestADocumentIsAsLargeAsItsUnitSays(t *testing.T) {
	document, err := json.Marshal(newOrder(40, 1))
	require.NoError(t, err)
	assert.InDelta(t, 4096, len(document), 512)
}

// The digest says all that was parsed: whatever else an order said would have
// another one.
func TestEveryFieldOfAnOrderIsInItsDigest(t *testing.T) {
	whole := newOrder(3, 1)
	want := whole.digest(0)
	for what, change := range map[string]func(*order){
		"id":       func(o *order) { o.ID++ },
		"customer": func(o *order) { o.Customer += "x" },
		"paid":     func(o *order) { o.Paid = !o.Paid },
		"items":    func(o *order) { o.Items = o.Items[:2] },
		"article":  func(o *order) { o.Items[1].Article += "x" },
		"count":    func(o *order) { o.Items[2].Count++ },
		"price":    func(o *order) { o.Items[0].Price += 0.25 },
		"tag":      func(o *order) { o.Items[0].Tags[1] += "x" },
		"note":     func(o *order) { o.Notes["from"] += "x" },
	} {
		document, err := json.Marshal(whole)
		require.NoError(t, err)
		var o order
		require.NoError(t, json.Unmarshal(document, &o))
		require.Equal(t, want, o.digest(0))
		change(&o)
		assert.NotEqual(t, want, o.digest(0), what)
	}
}

package engine

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// jobOrder is the order of the jobs in a round. It depends on the seed, the plan
// and the round alone, not on what came before: a run that is resumed has the
// order that it would have had.
func (p *Plan) jobOrder(round int) []jobID {
	var jobs []jobID
	for _, j := range p.draw(round, 0, 0).Perm(len(p.order)) {
		jobs = append(jobs, p.order[j])
	}
	return jobs
}

// modelOrder is the order of a job's cells in an attempt of a round, without
// those whose rounds are over.
func (p *Plan) modelOrder(round int, job jobID, attempt int) []cellID {
	cells := slices.Clone(p.byJob[job])
	at := slices.Index(p.order, job)
	p.draw(round, at+1, attempt).Shuffle(len(cells), func(i, k int) { cells[i], cells[k] = cells[k], cells[i] })
	return slices.DeleteFunc(cells, func(id cellID) bool { return round > p.cells[id].rounds })
}

// draw returns the coin of one draw, which shares nothing with that of another.
func (p *Plan) draw(round, job, attempt int) *rand.Rand {
	var seed [32]byte
	for i, n := range []uint64{p.Seed, uint64(round), uint64(job), uint64(attempt)} {
		binary.LittleEndian.PutUint64(seed[8*i:], n)
	}
	return rand.New(rand.NewChaCha8(seed))
}

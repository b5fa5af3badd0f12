package io

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/concbench/concbench/workloads/internal/data"
)

// A chatPlan is who says what, where and when: the server's and the crowd's
// common knowledge.
type chatPlan struct {
	Address  string // of the server
	Clients  int
	Room     int // members of a room, at most
	Rate     int // messages a second of each client
	Messages int // of each client
	Size     int // bytes of a message
	Seed     uint64
}

// chatHeader is what a message begins with: who says it, and which of his it
// is.
const chatHeader = 8

func (p *chatPlan) check() error {
	if p.Clients < 1 || p.Room < 1 || p.Rate < 1 || p.Messages < 1 || p.Size < chatHeader || p.Size > maxSaid {
		return errors.New("a plan needs Clients, Room, Rate, Messages and a Size of 8 to 65536")
	}
	return nil
}

// rooms is how many rooms there are: as few as do, all of one size or one less.
func (p *chatPlan) rooms() int { return (p.Clients + p.Room - 1) / p.Room }

func (p *chatPlan) roomOf(client int) int { return client % p.rooms() }

// members is how many clients are in a room. Each has a seat.
func (p *chatPlan) members(room int) int {
	rooms := p.rooms()
	return (p.Clients - room + rooms - 1) / rooms
}

func (p *chatPlan) seat(client int) int { return client / p.rooms() }

// due is when a client is to send a message: once in each of its intervals, at
// random, so that what comes to the server comes at random too.
func (p *chatPlan) due(client, message int) time.Duration {
	interval := float64(time.Second) / float64(p.Rate)
	at := float64(data.Key(p.Seed, client, message)>>11) / (1 << 53)
	return time.Duration((float64(message) + at) * interval)
}

// length is until when the last message is due.
func (p *chatPlan) length() time.Duration {
	return time.Duration(p.Messages) * time.Second / time.Duration(p.Rate)
}

// say fills b with a message.
func (p *chatPlan) say(b []byte, client, message int) {
	binary.BigEndian.PutUint32(b, uint32(client))
	binary.BigEndian.PutUint32(b[4:], uint32(message))
	data.Fill(b[chatHeader:], data.Key(p.Seed, message, client), 0)
}

// sender tells whose message b is, and which.
func sender(b []byte) (client, message int) {
	return int(binary.BigEndian.Uint32(b)), int(binary.BigEndian.Uint32(b[4:]))
}

// digests returns those of all messages, by client.
func (p *chatPlan) digests() [][]uint32 {
	all, b := make([][]uint32, p.Clients), make([]byte, p.Size)
	for client := range all {
		all[client] = make([]uint32, p.Messages)
		for message := range all[client] {
			p.say(b, client, message)
			all[client][message] = data.CRC(0, b)
		}
	}
	return all
}

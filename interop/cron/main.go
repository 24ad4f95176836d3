// What robfig/cron makes of cron texts: those of a table, and random ones. One JSON object per line: the text, the zone of
// one that names none, a moment, and the next times; no times for a text that is refused, or that means none.
//
//	cron N SEED
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
)

type line struct {
	Text  string  `json:"text"`
	Zone  string  `json:"zone"`
	After int64   `json:"after"`
	Next  []int64 `json:"next"`
}

var texts = []string{
	"5/15 * * * *", "* * * * *", "? ? ? ? ?", "0 0 1 1 *", "15 4 * * 1-5", "15 4 * * MON-fri", "0 0 13 * 5", "0 0 */2 * 5", "0 0 1-7 * *", "0 0 * * 7",
	"*/10 * * * * *", "0 */5 * * * *", "30 2 * * *", "0 30 2 * * *", "0 0 29 2 *", "0 0 30 2 *", "0 0 31 * *", "*-5 * * * *", "*/61 * * * *", "1-2-3 * * * *", "1/2/3 * * * *",
	", * * * *", "1,,2 * * * *", "+5 * * * *", "05 * * * *", "-5 * * * *", "5- * * * *", "5/ * * * *", "/5 * * * *", "*/0 * * * *", "10-5 * * * *", "60 * * * *", "0 24 * * *", "0 0 0 * *", "0 0 * 13 *", "0 0 * 0 *",
	"", " ", "* * * *", "* * * * * * *", "a b c d e", "0 0 L * *", "0 0 * * MON#2", "0 0 15W * *", "0 0 * jan,DEC *", "0 0 * january *", "\t0 0 * * *\n", "0\u00a00 * * *", "0\u20030 * * *",
	"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@Daily", "@reboot", "@", "@every", "@every ", "@every 1h", "@every 1h30m", "@every 1.5s", "@every 0", "@every -5s", "@every 300ms", "@every 1µs",
	"@every .5m", "@every 1.m", "@every .m", "@every 1", "@every 1x", "@every 1h 30m", "@every 1e3s", "@every 2562047h", "@every 2562048h", "@every 9223372036854775807ns", "@every 9223372036854775808ns", "@daily ", " @daily",
	"TZ=UTC 0 6 * * *", "CRON_TZ=Europe/Berlin 0 6 * * *", "CRON_TZ=Asia/Kolkata @daily", "TZ= 0 6 * * *", "TZ=Nowhere 0 6 * * *", "TZ=UTC  0 6 * * *", "TZ=UTC\t0 6 * * *", " TZ=UTC 0 6 * * *", "tz=UTC 0 6 * * *", "CRON_TZ=UTC TZ=UTC 0 6 * * *",
	"TZ=Europe/Berlin 30 2 28 3 *", "TZ=America/Sao_Paulo 0 0 * * *", "TZ=Australia/Lord_Howe 45 1 * * *", "TZ=Africa/Casablanca 30 2 * * *", "TZ=Asia/Tehran 0 0 * * *", "TZ=UTC @every 1h", "TZ=europe/berlin 0 6 * * *",
	"99999999999999999999 * * * *", "*/9223372036854775807 * * * *", "*/9223372036854775808 * * * *", "0 0 1 1 * 2027", "0 0 12 1/5 * ?", "10/70 * * * *", "5/15,7 * * * *", "1-10/3 * * * *", "*/1 0 13 * 5", "0 0 ?/1 * 5", "0 0 ?/2 * 5",
}

var zones = []string{"UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Tehran", "Europe/London", "Pacific/Apia", "Atlantic/Azores"}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: cron N SEED")
	}
	count, err := strconv.Atoi(os.Args[1])
	seed, err2 := strconv.ParseUint(os.Args[2], 10, 64)
	if err != nil || err2 != nil {
		log.Fatal("N and SEED are numbers")
	}
	random := rand.New(rand.NewPCG(seed, 0))
	out := json.NewEncoder(os.Stdout)
	tell := func(text string) {
		zone := zones[random.IntN(len(zones))]
		after := time.Date(2018+random.IntN(20), 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(random.Int64N(366*24*3600)) * time.Second)
		if err := out.Encode(line{text, zone, after.Unix(), next(text, zone, after)}); err != nil {
			log.Fatal(err)
		}
	}
	for _, text := range texts {
		for range 5 {
			tell(text)
		}
	}
	for range count {
		tell(chance(random))
	}
}

var parser = cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// next has the first three times. A list of nothing is not looked for: it never fits, and takes robfig minutes to say so.
func next(text, zone string, after time.Time) (times []int64) {
	// A zone without fields makes the parser panic.
	defer func() { _ = recover() }()
	location, err := time.LoadLocation(zone)
	if err != nil {
		log.Fatal(err)
	}
	schedule, err := parser.Parse(text)
	if err != nil {
		return nil
	}
	if s, ok := schedule.(*cron.SpecSchedule); ok && (s.Second == 0 || s.Minute == 0 || s.Hour == 0 || s.Month == 0) {
		return nil
	}
	t := after.In(location)
	for range 3 {
		if t = schedule.Next(t); t.IsZero() {
			return times
		}
		times = append(times, t.Unix())
	}
	return times
}

func chance(random *rand.Rand) string {
	pick := func(all ...string) string { return all[random.IntN(len(all))] }
	limits := [][2]int{{0, 59}, {0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}}
	var fields []string
	for _, limit := range limits {
		value := func() string {
			number := limit[0] + random.IntN(limit[1]-limit[0]+1)
			if random.IntN(40) == 0 {
				return pick("*", "?", "jan", "SUN", "", "-1", "99", "x", "+3", "007")
			}
			return fmt.Sprint(number)
		}
		part := func() string {
			switch random.IntN(6) {
			case 0:
				return pick("*", "?")
			case 1:
				return pick("*/", "?/") + fmt.Sprint(random.IntN(20))
			case 2:
				return value() + "/" + fmt.Sprint(random.IntN(20))
			case 3:
				return value() + "-" + value()
			case 4:
				return value() + "-" + value() + "/" + fmt.Sprint(random.IntN(20))
			}
			return value()
		}
		field := "*"
		if random.IntN(2) == 0 {
			field = part()
			for random.IntN(4) == 0 {
				field += "," + part()
			}
		}
		fields = append(fields, field)
	}
	if random.IntN(2) == 0 {
		fields = fields[1:]
	}
	if random.IntN(20) == 0 {
		fields = fields[:random.IntN(len(fields))]
	}
	text := strings.Join(fields, pick(" ", " ", "  ", "\t"))
	if random.IntN(3) == 0 {
		text = pick("TZ=", "CRON_TZ=") + zones[random.IntN(len(zones))] + " " + text
	}
	return text
}

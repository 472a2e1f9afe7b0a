/* A stand-alone worker: plays some runs of one experiment and writes them as a part that `rogatio shard merge` puts
 * together with others, of workers and of `rogatio shard run`. It carries the texts that it was made from, and plays no
 * shard of others. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "@NAME@.h"

#define BATCH 4096

/* How often each value came: open addressing, kept at most half full. */
struct counts {
    int64_t *value;
    uint64_t *count;
    size_t room, used;
};

static void *memory(size_t n, size_t size) {
    void *p = calloc(n, size);
    if (p == NULL) {
        fputs("error: out of memory\n", stderr);
        exit(3);
    }
    return p;
}

static size_t place(const struct counts *c, int64_t value) {
    uint64_t z = (uint64_t)value * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(z >> 32) & (c->room - 1);
    while (c->count[at] != 0 && c->value[at] != value) at = (at + 1) & (c->room - 1);
    return at;
}

static void add(struct counts *c, int64_t value, uint64_t n) {
    if (2 * c->used >= c->room) {
        struct counts old = *c;
        c->room = old.room == 0 ? 64 : 2 * old.room;
        c->used = 0;
        c->value = memory(c->room, sizeof *c->value);
        c->count = memory(c->room, sizeof *c->count);
        for (size_t i = 0; i < old.room; i++)
            if (old.count[i] != 0) add(c, old.value[i], old.count[i]);
        free(old.value);
        free(old.count);
    }
    size_t at = place(c, value);
    if (c->count[at] == 0) c->used++;
    c->value[at] = value;
    c->count[at] += n;
}

/* How the runs ended, for one measure, and how often each value came. */
struct measure {
    const char *name;
    int date;
    uint64_t reached, censored, undetermined, stuck, overflow;
    struct counts counts;
};

static struct measure measures[] = {@MEASURES@};

/* The shard that a part is of, cut where its numbers stand: seed, runs, first run, first run after. */
static const char *const pieces[] = {
    @PIECES@
};

static void take(const int64_t *record) {
    for (int m = 1; m < @WIDTH@; m++) {
        struct measure *to = &measures[m - 1];
        switch (record[0]) {
        case 0:
            if (record[m] == INT64_MIN) {
                to->censored++;
            } else {
                to->reached++;
                add(&to->counts, to->date ? record[m] - @BEGIN@ : record[m], 1);
            }
            break;
        case 1: to->undetermined++; break;
        case 2: to->stuck++; break;
        default: to->overflow++;
        }
    }
}

/* A whole number beyond 64 bits. */
static void wide(FILE *out, __int128 n) {
    char text[48], *at = text + sizeof text;
    unsigned __int128 rest = n < 0 ? -(unsigned __int128)n : (unsigned __int128)n;
    *--at = 0;
    do *--at = (char)('0' + (int)(rest % 10)); while ((rest /= 10) != 0);
    if (n < 0) *--at = '-';
    fputs(at, out);
}

static int by_value(const void *a, const void *b) {
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void print(FILE *out, const struct measure *m) {
    const struct counts *c = &m->counts;
    int64_t *sorted = memory(c->used + 1, sizeof *sorted);
    size_t n = 0;
    __int128 sum = 0, squares = 0;
    for (size_t i = 0; i < c->room; i++)
        if (c->count[i] != 0) {
            __int128 value = c->value[i];
            sorted[n++] = c->value[i];
            sum += value * c->count[i];
            squares += value * value * c->count[i];
        }
    qsort(sorted, n, sizeof *sorted, by_value);
    fprintf(out,
            "{\"name\":%s,\"classes\":{\"reached\":%" PRIu64 ",\"censored\":%" PRIu64 ",\"undetermined\":%" PRIu64
            ",\"stuck\":%" PRIu64 ",\"overflow\":%" PRIu64 "},\"sum\":\"",
            m->name, m->reached, m->censored, m->undetermined, m->stuck, m->overflow);
    wide(out, sum);
    fputs("\",\"squares\":\"", out);
    wide(out, squares);
    fputs("\",\"counts\":[", out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s[%" PRId64 ",%" PRIu64 "]", i ? "," : "", sorted[i], c->count[place(c, sorted[i])]);
    fputs("]}", out);
    free(sorted);
}

static int usage(const char *why) {
    fprintf(stderr,
            "error: %s\n"
            "usage: %s --runs N [--seed S] [--shard I/K | --from A --to B] [-o FILE]\n"
            "       %s --shard FILE.json [-o FILE]\n",
            why, "@NAME@", "@NAME@");
    return 2;
}

static int number(const char *text, uint64_t *out) {
    char *end;
    errno = 0;
    if (text == NULL || *text < '0' || *text > '9') return 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && *end == 0;
}

/* The shard I of K, from 1. */
static int shard(const char *text, uint64_t *i, uint64_t *k) {
    char first[24];
    const char *slash = text == NULL ? NULL : strchr(text, '/');
    if (slash == NULL || (size_t)(slash - text) >= sizeof first) return 0;
    memcpy(first, text, (size_t)(slash - text));
    first[slash - text] = 0;
    return number(first, i) && number(slash + 1, k) && *i >= 1 && *i <= *k;
}

/* The text of a file; none if it cannot be read. */
static char *text_of(const char *path) {
    FILE *in = fopen(path, "rb");
    size_t room = 1 << 16, used = 0, n;
    char *text = memory(room, 1);
    if (in == NULL) {
        fprintf(stderr, "error: `%s` cannot be read: %s\n", path, strerror(errno));
        return NULL;
    }
    while ((n = fread(text + used, 1, room - used - 1, in)) > 0) {
        used += n;
        if (room - used < 2) {
            char *more = memory(room *= 2, 1);
            memcpy(more, text, used);
            free(text);
            text = more;
        }
    }
    int bad = ferror(in);
    fclose(in);
    if (bad) fprintf(stderr, "error: `%s` cannot be read\n", path);
    return bad ? NULL : text;
}

/* What a shard says its hash is. */
static size_t hash_of(const char *text, const char **hash) {
    const char *key = "\"hash\":\"", *at = strstr(text, key);
    if (at == NULL) return 0;
    *hash = at + strlen(key);
    return strcspn(*hash, "\"");
}

/* The numbers of a shard that `rogatio shard plan` wrote, if it is one of these texts, this experiment and this engine. */
static int planned(const char *path, uint64_t *numbers) {
    char *text = text_of(path);
    const char *at = text, *mine = NULL, *theirs = NULL;
    if (text == NULL) return 0;
    for (int i = 0; i < 5; i++) {
        size_t n = strlen(pieces[i]);
        if (strncmp(at, pieces[i], n) != 0) {
            size_t own = hash_of(pieces[0], &mine), other = hash_of(text, &theirs);
            if (other == 0)
                fprintf(stderr, "error: `%s` is no shard\n", path);
            else if (own != other || strncmp(mine, theirs, own) != 0)
                fprintf(stderr, "error: `%s` is a shard of other texts: their hash is %.*s, this worker was made from %.*s\n",
                        path, (int)other, theirs, (int)own, mine);
            else
                fprintf(stderr, "error: `%s` is a shard of another experiment, engine, reading or version of rogatio\n", path);
            free(text);
            return 0;
        }
        at += n;
        if (i < 4) {
            char digits[24];
            size_t length = strspn(at, "0123456789");
            int fits = length > 0 && length < sizeof digits;
            if (fits) {
                memcpy(digits, at, length);
                digits[length] = 0;
                fits = number(digits, &numbers[i]);
            }
            if (!fits) {
                fprintf(stderr, "error: `%s` has no number where its seed, its runs or its ends stand\n", path);
                free(text);
                return 0;
            }
            at += length;
        }
    }
    free(text);
    return 1;
}

int main(int argc, char **argv) {
    uint64_t seed = 0, from = 0, to = 0, runs = 0, part = 1, parts = 1;
    int range = 0, to_given = 0, all = 0, cut = 0, seeded = 0;
    const char *file = NULL, *plan = NULL;
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        int good = 1;
        if (strcmp(option, "--seed") == 0) good = seeded = number(value, &seed);
        else if (strcmp(option, "--runs") == 0) good = all = number(value, &runs);
        else if (strcmp(option, "--shard") == 0) {
            // Two numbers, or the name of a file that ends as such names do.
            size_t n = value == NULL ? 0 : strlen(value);
            if (n > 5 && strcmp(value + n - 5, ".json") == 0) plan = value;
            else good = cut = shard(value, &part, &parts);
        }
        else if (strcmp(option, "--from") == 0) good = range = number(value, &from);
        else if (strcmp(option, "--to") == 0) good = to_given = number(value, &to);
        else if (strcmp(option, "-o") == 0) good = (file = value) != NULL;
        else return usage("there is no such option");
        if (!good) return usage("an option has no value, or not one of its kind");
        i++;
    }
    if (plan != NULL) {
        uint64_t numbers[4] = {0};
        if (all || range || to_given || cut || seeded) return usage("a shard says itself which runs it is");
        if (!planned(plan, numbers)) return 3;
        seed = numbers[0], runs = numbers[1], from = numbers[2], to = numbers[3];
    } else {
        if (!all) return usage("say of how many runs: `--runs N`");
        if (range != to_given || (range && cut)) return usage("say which runs: `--shard I/K`, or `--from A --to B`");
        if (runs > @MOST@ || parts > @MOST@) return usage("so many runs are too many");
        if (!range) {
            from = (uint64_t)(runs / parts) * (part - 1) + (runs % parts) * (part - 1) / parts;
            to = (uint64_t)(runs / parts) * part + (runs % parts) * part / parts;
        }
    }
    if (to < from || to > runs || runs > @MOST@)
        return usage("the last run comes before the first, or there are not so many");

    char *block = memory(@ARENA@ + 64, 1);
    void *arena = block + (64 - (uintptr_t)block % 64);
    int64_t *records = memory((size_t)BATCH * @WIDTH@, sizeof *records);
    @NAME@_prepare(arena, seed);
    for (uint64_t run = from; run < to; run += BATCH) {
        uint64_t n = to - run < BATCH ? to - run : BATCH;
        @NAME@_runs(arena, run, run + n, records);
        for (uint64_t i = 0; i < n; i++) take(records + i * @WIDTH@);
    }

    char *temporary = NULL;
    FILE *out = stdout;
    if (file != NULL) {
        temporary = memory(strlen(file) + 5, 1);
        sprintf(temporary, "%s.tmp", file);
        out = fopen(temporary, "w");
        if (out == NULL) {
            fprintf(stderr, "error: `%s` cannot be written: %s\n", file, strerror(errno));
            return 3;
        }
    }
    const uint64_t numbers[] = {seed, runs, from, to};
    fputs("{\"format\":\"rogatio-part-1\",\"shard\":", out);
    for (int i = 0; i < 5; i++) {
        fputs(pieces[i], out);
        if (i < 4) fprintf(out, "%" PRIu64, numbers[i]);
    }
    fputs(",\"measures\":[", out);
    for (int m = 1; m < @WIDTH@; m++) {
        if (m > 1) fputc(',', out);
        print(out, &measures[m - 1]);
    }
    fputs("]}\n", out);
    int bad = fflush(out) != 0 || ferror(out);
    if (file != NULL) {
        bad |= fclose(out) != 0;
        if (!bad) bad = rename(temporary, file) != 0;
        if (bad) remove(temporary);
    }
    if (bad) {
        fprintf(stderr, "error: the output cannot be written: %s\n", strerror(errno));
        return 3;
    }
    return 0;
}

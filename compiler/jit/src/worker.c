/* A stand-alone worker: runs some histories of one experiment and writes how often each value came. The counts of
 * several workers add up to those of one that had done all their runs. */

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

static int by_value(const void *a, const void *b) {
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void print(FILE *out, const struct counts *c) {
    int64_t *sorted = memory(c->used + 1, sizeof *sorted);
    size_t n = 0;
    for (size_t i = 0; i < c->room; i++)
        if (c->count[i] != 0) sorted[n++] = c->value[i];
    qsort(sorted, n, sizeof *sorted, by_value);
    fputc('[', out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s[%" PRId64 ",%" PRIu64 "]", i ? "," : "", sorted[i], c->count[place(c, sorted[i])]);
    fputc(']', out);
    free(sorted);
}

static int usage(const char *why) {
    fprintf(stderr,
            "error: %s\nusage: %s [--seed S] --runs N [--shard I/K] | --from A --to B   [-o FILE]\n", why, "@NAME@");
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

int main(int argc, char **argv) {
    uint64_t seed = 0, from = 0, to = 0, runs = 0, part = 1, parts = 1;
    int range = 0, all = 0;
    const char *file = NULL;
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        int good = 1;
        if (strcmp(option, "--seed") == 0) good = number(value, &seed);
        else if (strcmp(option, "--runs") == 0) good = all = number(value, &runs);
        else if (strcmp(option, "--shard") == 0) good = shard(value, &part, &parts);
        else if (strcmp(option, "--from") == 0) good = range = number(value, &from);
        else if (strcmp(option, "--to") == 0) good = number(value, &to);
        else if (strcmp(option, "-o") == 0) good = (file = value) != NULL;
        else return usage("there is no such option");
        if (!good) return usage("an option has no value, or not one of its kind");
        i++;
    }
    if (all == range) return usage("say which runs: `--runs N`, or `--from A --to B`");
    if (all) {
        if (runs > @MOST@ || parts > @MOST@) return usage("so many runs are too many");
        from = (uint64_t)(runs / parts) * (part - 1) + (runs % parts) * (part - 1) / parts;
        to = (uint64_t)(runs / parts) * part + (runs % parts) * part / parts;
    }
    if (to < from || to > @MOST@) return usage("the last run comes before the first, or there are too many");

    char *block = memory(@ARENA@ + 64, 1);
    void *arena = block + (64 - (uintptr_t)block % 64);
    int64_t *records = memory((size_t)BATCH * @WIDTH@, sizeof *records);
    struct counts counts[@WIDTH@] = {{0}};
    @NAME@_prepare(arena, seed);
    for (uint64_t run = from; run < to; run += BATCH) {
        uint64_t n = to - run < BATCH ? to - run : BATCH;
        @NAME@_runs(arena, run, run + n, records);
        for (uint64_t i = 0; i < n; i++) {
            const int64_t *record = records + i * @WIDTH@;
            add(&counts[0], record[0], 1);
            if (record[0] != 0) continue;
            for (int m = 1; m < @WIDTH@; m++) add(&counts[m], record[m], 1);
        }
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
    fprintf(out, "{\"format\":\"rogatio-counts-1\",\"module\":@MODULE@,\"experiment\":@EXPERIMENT@,\"source\":@SOURCE@,");
    fprintf(out, "\"draws\":@DRAWS@,\"seed\":%" PRIu64 ",\"from\":%" PRIu64 ",\"to\":%" PRIu64 ",\n\"classes\":", seed, from, to);
    print(out, &counts[0]);
    fputs(",\n\"measures\":[", out);
    static const char *const names[] = {@MEASURES@};
    for (int m = 1; m < @WIDTH@; m++) {
        fprintf(out, "%s\n{\"name\":%s,\"counts\":", m > 1 ? "," : "", names[m - 1]);
        print(out, &counts[m]);
        fputc('}', out);
    }
    fputs("\n]}\n", out);
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

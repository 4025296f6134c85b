/* A pretend Telegram for speed alone: one thread, no rules, no memory of chats.

   It hands out prepared updates to whoever polls and notes when each has been answered. An update is
   finished when its press was answered (answerCallbackQuery) and its message changed
   (editMessageText); which one that was is read off the ids, both FIRST + its place in the file.

   telegram -p PORT -f UPDATES [-w unfinished at once | -r a second] [-d delay us] [-W warm] [-s seconds]
            [-F messages in any second] [-e every so-manieth refused] [-l diary of messages]

   Says LISTENING, START when the warm ones are finished, and END with the figures as JSON; then it
   goes on answering until it is killed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>
#include <time.h>

enum { FIRST = 1000000, BATCH = 100, ANSWERED = 1, CHANGED = 2, FINISHED = 3 };

typedef struct { int fd; uint32_t life; char *in; size_t got, room; } Line;
typedef struct { Line *line; uint32_t life; uint64_t due; char *words; size_t length; } Late;
typedef struct { const char *text; size_t length; uint64_t released, finished; int flags; } Update;

static Update *updates;
static long total, handed_out, released, finished, warm = 1, window = 64, repeats;
static long calls, messages, counted_calls, counted_messages;
static double rate, seconds = 6, warm_cpu;
static uint64_t began, started, ended, delay;
static Late *late;
static size_t late_first, late_end, late_room = 1 << 16;
static Line *poller;            /* waits for something to happen */
static uint32_t poller_life;
static int queue;
static long strict, every;      /* see `refused` */
static FILE *diary;

static uint64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static double own_cpu(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void hang_up(Line *line) {
    if (line->fd >= 0) close(line->fd);
    line->fd = -1;
    line->life++;
    line->got = 0;
}

static void write_all(Line *line, const char *words, size_t length) {
    while (length) {
        ssize_t n = send(line->fd, words, length, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            struct pollfd p = {line->fd, POLLOUT, 0};
            poll(&p, 1, 1000);
        } else if (n < 0) {
            hang_up(line);
            return;
        } else {
            words += n;
            length -= (size_t)n;
        }
    }
}

/* Now, or after the delay: the same for every answer, so first in is first out. */
static void answer_with(Line *line, const char *status, const char *body, size_t length) {
    char head[160];
    int n = snprintf(head, sizeof head,
                     "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                     status, length);
    char *whole = malloc((size_t)n + length);
    memcpy(whole, head, (size_t)n);
    memcpy(whole + n, body, length);
    if (!delay) {
        write_all(line, whole, (size_t)n + length);
        free(whole);
        return;
    }
    if (late_end - late_first >= late_room) { fprintf(stderr, "too many wait\n"); exit(3); }
    late[late_end++ % late_room] = (Late){line, line->life, now_us() + delay, whole, (size_t)n + length};
}

static void answer(Line *line, const char *body, size_t length) {
    answer_with(line, "200 OK", body, length);
}

static void send_late(void) {
    while (late_first != late_end && late[late_first % late_room].due <= now_us()) {
        Late *one = &late[late_first++ % late_room];
        if (one->life == one->line->life) write_all(one->line, one->words, one->length);
        free(one->words);
    }
}

/* --- updates ------------------------------------------------------------------------------- */

static void release(void) {
    uint64_t now = now_us();
    if (ended || !began) return;
    long upto = rate > 0 ? (long)((now - began) / 1e6 * rate) + 1 : finished + window;
    if (upto > total) upto = total;
    for (; released < upto; released++)
        updates[released].released = rate > 0 ? began + (uint64_t)(released * 1e6 / rate) : now;
}

static void hand_out(Line *line) {
    static char *body;
    size_t at, most = 64;
    long end = released < handed_out + BATCH ? released : handed_out + BATCH;
    for (long i = handed_out; i < end; i++) most += updates[i].length + 1;
    body = realloc(body, most);
    at = (size_t)sprintf(body, "{\"ok\":true,\"result\":[");
    for (long i = handed_out; i < end; i++) {
        if (i > handed_out) body[at++] = ',';
        memcpy(body + at, updates[i].text, updates[i].length);
        at += updates[i].length;
    }
    at += (size_t)sprintf(body + at, "]}");
    answer(line, body, at);
}

/* A poll that finds nothing is answered when there is something. */
static void serve_poller(void) {
    release();
    if (!poller || poller->life != poller_life || released <= handed_out) return;
    Line *line = poller;
    poller = NULL;
    hand_out(line);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void report(void) {
    double *took = malloc(sizeof *took * (size_t)(total + 1)), span = (ended - started) / 1e6;
    long n = 0;
    for (long i = 0; i < released; i++)
        if (updates[i].flags == FINISHED && updates[i].finished > started)
            took[n++] = (updates[i].finished - updates[i].released) / 1e3;
    qsort(took, (size_t)n, sizeof *took, by_size);
    printf("END {\"count\": %ld, \"seconds\": %.4f, \"rate\": %.2f, \"calls\": %ld, \"messages\": %ld, "
           "\"repeats\": %ld, \"unfinished\": %ld, \"own_cpu\": %.4f",
           n, span, n / span, calls - counted_calls, messages - counted_messages, repeats,
           released - finished, own_cpu() - warm_cpu);
    if (n) printf(", \"p50\": %.2f, \"p95\": %.2f, \"p99\": %.2f, \"max\": %.2f", took[n / 2],
                  took[(long)(n * .95)], took[(long)(n * .99)], took[n - 1]);
    printf("}\n");
    fflush(stdout);
    free(took);
}

static void see_the_time(void) {
    if (started && !ended && (now_us() - started >= seconds * 1e6 || finished == total)) {
        ended = now_us();
        report();
    }
}

static void note(long i, int what) {
    if (i < 0 || i >= total) return;
    Update *update = &updates[i];
    if (update->flags & what) { repeats++; return; }
    update->flags |= what;
    if (update->flags != FINISHED) return;
    update->finished = now_us();
    if (++finished == warm) {
        started = now_us();
        warm_cpu = own_cpu();
        counted_calls = calls;
        counted_messages = messages;
        printf("START\n");
        fflush(stdout);
    }
}

/* --- calls --------------------------------------------------------------------------------- */

/* The number that goes by a name, in JSON, in a form or in one of many parts. -1: there is none. */
static long number(const char *body, size_t length, const char *name) {
    size_t n = strlen(name);
    for (const char *p = body, *end = body + length; (p = memmem(p, (size_t)(end - p), name, n));) {
        const char *q = p + n;
        int whole = p == body || !(p[-1] == '_' || (p[-1] >= 'a' && p[-1] <= 'z'));
        if (whole && q + 2 < end && q[0] == '"' && q[1] == '\r') {
            q = memmem(q, (size_t)(end - q), "\r\n\r\n", 4);
            if (!q) return -1;
            q += 4;
        }
        while (q < end && strchr("\"=: ", *q)) q++;
        if (whole && q < end && *q >= '0' && *q <= '9') return atol(q);
        p += n;
    }
    return -1;
}

static const char ME[] = "{\"ok\":true,\"result\":{\"id\":123456,\"is_bot\":true,\"first_name\":\"Bench\","
    "\"username\":\"losbot_demo_bot\",\"can_join_groups\":true,\"can_read_all_group_messages\":false,"
    "\"supports_inline_queries\":false}}";
static const char DONE[] = "{\"ok\":true,\"result\":true}";

static void show_message(Line *line, long chat, long message) {
    char body[700];
    int n = snprintf(body, sizeof body,
        "{\"ok\":true,\"result\":{\"message_id\":%ld,\"from\":{\"id\":123456,\"is_bot\":true,\"first_name\":"
        "\"Bench\",\"username\":\"losbot_demo_bot\"},\"chat\":{\"id\":%ld,\"first_name\":\"Kari\",\"type\":"
        "\"private\"},\"date\":1795200000,\"text\":\"Takk. Du har sagt ja til at klubben kan vite om "
        "m\\u00f8tene. Du kan ta det tilbake n\\u00e5r som helst.\"}}", message, chat);
    answer(line, body, (size_t)n);
}

/* More than so many messages in any second are refused, and every so-manieth for its chat's sake. */
static int refused(Line *line, long chat) {
    static uint64_t taken[4096];
    static long accepted, asked;
    static const char body[] = "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests: "
        "retry after 1\",\"parameters\":{\"retry_after\":1}}";
    uint64_t now = now_us();
    int above = strict && accepted >= strict && now - taken[(accepted - strict) % 4096] < 1000000;
    int unlucky = every && ++asked % every == 0;
    if (diary) fprintf(diary, "%llu %ld %d\n", (unsigned long long)now, chat, above ? 2 : unlucky);
    if (above || unlucky) answer_with(line, "429 Too Many Requests", body, sizeof body - 1);
    else taken[accepted++ % 4096] = now;
    return above || unlucky;
}

static void call(Line *line, const char *method, size_t length, const char *body, size_t size) {
#define IS(name) (length == sizeof name - 1 && !strncasecmp(method, name, length))
    calls++;
    if (IS("getUpdates")) {
        long offset = number(body, size, "offset") - FIRST;
        if (offset > handed_out) handed_out = offset;
        if (!began) began = now_us();
        poller = line;
        poller_life = line->life;
    } else if (IS("answerCallbackQuery")) {
        note(number(body, size, "callback_query_id") - FIRST, ANSWERED);
        answer(line, DONE, sizeof DONE - 1);
    } else if (IS("editMessageText")) {
        long message = number(body, size, "message_id");
        long chat = number(body, size, "chat_id");
        note(message - FIRST, CHANGED);
        if (diary) fprintf(diary, "%llu %ld 3\n", (unsigned long long)now_us(), chat);
        show_message(line, chat, message);
    } else if (IS("sendMessage")) {
        long chat = number(body, size, "chat_id");
        if (!refused(line, chat)) show_message(line, chat, 2 * FIRST + ++messages);
    } else if (IS("getMe")) {
        answer(line, ME, sizeof ME - 1);
    } else {
        answer(line, DONE, sizeof DONE - 1);
    }
}

/* How many bytes the first whole request takes; 0 while some of it is missing. */
static size_t request(Line *line, char *at, size_t got) {
    char *head = memmem(at, got, "\r\n\r\n", 4), *body = head + 4;
    if (!head) return 0;
    *head = 0;
    char *said = strcasestr(at, "\r\ncontent-length:");
    int chunked = strcasestr(at, "\r\ntransfer-encoding: chunked") != NULL;
    *head = '\r';
    size_t size = said ? (size_t)atol(said + 17) : 0, have = got - (size_t)(body - at);
    if (chunked) { /* whole when the last chunk is there; the numbers are found in between */
        char *last = memmem(body, have, "\r\n0\r\n\r\n", 7);
        if (!last) return 0;
        size = (size_t)(last - body) + 7;
    }
    if (have < size) return 0;
    char *path = memchr(at, ' ', (size_t)(head - at)), *end = path ? strpbrk(path + 1, " ?") : NULL;
    if (!end) { hang_up(line); return 0; }
    char *method = end;
    while (method[-1] != '/') method--;
    call(line, method, (size_t)(end - method), body, size);
    return (size_t)(body - at) + size;
}

static void hear(Line *line) {
    if (line->room - line->got < 65536) line->in = realloc(line->in, line->room += 131072);
    ssize_t n = recv(line->fd, line->in + line->got, line->room - line->got - 1, 0);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) hang_up(line);
        return;
    }
    line->got += (size_t)n;
    line->in[line->got] = 0;
    size_t off = 0, took;
    while (off < line->got && (took = request(line, line->in + off, line->got - off))) off += took;
    if (line->fd < 0) return;
    memmove(line->in, line->in + off, line->got - off);
    line->got -= off;
}

/* --- beginning ----------------------------------------------------------------------------- */

static void read_updates(const char *path) {
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t room = 0, most = 0;
    ssize_t n;
    if (!file) { perror(path); exit(2); }
    while ((n = getline(&text, &room, file)) > 1) {
        if ((size_t)total == most) updates = realloc(updates, sizeof *updates * (most = most * 2 + 1024));
        updates[total++] = (Update){strndup(text, (size_t)n - 1), (size_t)n - 1, 0, 0, 0};
    }
    fclose(file);
}

static int listening(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (void *)&at, sizeof at) || listen(fd, 1024)) { perror("listen"); exit(2); }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void let_in(int door) {
    int fd, one = 1;
    while ((fd = accept(door, NULL, NULL)) >= 0) {
        fcntl(fd, F_SETFL, O_NONBLOCK);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        Line *line = calloc(1, sizeof *line);
        line->fd = fd;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};
        epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event);
    }
}

static void serve(int door) {
    struct epoll_event events[256], event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(queue, EPOLL_CTL_ADD, door, &event);
    for (;;) {
        int busy = late_first != late_end || rate > 0;
        int n = epoll_wait(queue, events, 256, busy ? 1 : 20);
        for (int i = 0; i < n; i++) {
            Line *line = events[i].data.ptr;
            if (!line) let_in(door);
            else if (line->fd >= 0) hear(line);
        }
        send_late();
        if (poller) serve_poller();
        else release();
        see_the_time();
        if (diary) fflush(diary);
    }
}

int main(int count, char **words) {
    int port = 0, option;
    const char *path = NULL;
    while ((option = getopt(count, words, "p:f:w:r:d:W:s:F:e:l:")) != -1) switch (option) {
        case 'p': port = atoi(optarg); break;
        case 'f': path = optarg; break;
        case 'w': window = atol(optarg); break;
        case 'r': rate = atof(optarg); break;
        case 'd': delay = (uint64_t)atol(optarg); break;
        case 'W': warm = atol(optarg); break;
        case 's': seconds = atof(optarg); break;
        case 'F': strict = atol(optarg); break;
        case 'e': every = atol(optarg); break;
        case 'l': diary = fopen(optarg, "w"); break;
        default: return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    if (path) read_updates(path);
    late = malloc(sizeof *late * late_room);
    queue = epoll_create1(0);
    int door = listening(port);
    printf("LISTENING\n");
    fflush(stdout);
    serve(door);
}

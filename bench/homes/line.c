/*
 * Emulates access lines: carries Ethernet frames between pairs of interfaces, through pipes with a rate, a
 * queue, a delay, jitter and loss. For kernels without netem.
 *
 *   line <settings> <counters>
 *
 * The settings file has rows of two kinds:
 *
 *   pipe <name> <kbit/s> <queue ms> <delay ms> <jitter ms> <loss %>
 *   pair <interface a> <interface b> <pipe from a to b> <pipe from b to a>
 *
 * A rate of 0 is unlimited. Several pairs may share a pipe, as stations share the air of one access point.
 * Pipe rows are read again on SIGHUP, so that a line changes while it carries traffic; pairs stay as they
 * are. The counters file is replaced every half second and holds one JSON object; SIGUSR1 resets the
 * counters.
 *
 * Each pipe keeps the order of its frames, also with jitter, as routers do.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <math.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_PIPES 64
#define MOST_PORTS 64
#define NAME_BYTES 32
#define ROW_BYTES 256
#define LARGEST_FRAME 65536
#define SOCKET_BUFFER_BYTES (8 << 20)
/* So many frames are taken from one interface before the others get their turn. */
#define FRAMES_AT_ONCE 64
#define COUNTERS_SECONDS 0.5
/* Frames are looked after so often, and not one by one: on two cores that carry six browsers, each wake-up costs. */
#define TICK_SECONDS 0.001
/* Offsets in an Ethernet frame that carries IPv4. */
#define ETHERTYPE_OFFSET 12
#define IP_PROTOCOL_OFFSET 23
#define PI 3.14159265358979

struct frame {
  struct frame *next;
  double due; /* seconds, of CLOCK_MONOTONIC */
  int out;    /* the socket that sends it */
  size_t length;
  unsigned char bytes[];
};

struct counters {
  unsigned long frames, udp_bytes, tcp_bytes, dropped, lost;
  double largest_queue_ms;
  double largest_lateness_ms; /* by which a frame was sent after it was due: the machine was busy */
};

struct pipe_state {
  char name[NAME_BYTES];
  double bits_per_second, queue_seconds, delay_seconds, jitter_seconds, loss;
  double busy_until; /* when the last bit of what is queued has left */
  double last_due;
  struct frame *first, *last;
  struct counters counters;
};

/* One end of a pair: what comes in here goes through the pipe and out of the other end. */
struct port {
  int in, out;
  struct pipe_state *pipe;
};

static struct pipe_state pipes[MOST_PIPES];
static struct port ports[MOST_PORTS];
static int pipe_count, port_count;
static volatile sig_atomic_t must_read_settings, must_reset_counters, must_stop;

static void on_signal(int signal_number) {
  if (signal_number == SIGHUP) must_read_settings = 1;
  else if (signal_number == SIGUSR1) must_reset_counters = 1;
  else must_stop = 1;
}

static void fail(const char *what, const char *detail) {
  fprintf(stderr, "line: %s: %s\n", what, detail);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static struct pipe_state *find_pipe(const char *name) {
  for (int index = 0; index < pipe_count; index++)
    if (strcmp(pipes[index].name, name) == 0) return &pipes[index];
  return NULL;
}

static struct pipe_state *add_pipe(const char *name) {
  if (pipe_count == MOST_PIPES) fail("too many pipes", name);
  struct pipe_state *pipe = &pipes[pipe_count++];
  snprintf(pipe->name, NAME_BYTES, "%s", name);
  return pipe;
}

static void set_pipe(const char *row) {
  char name[NAME_BYTES];
  double kilobits, queue_ms, delay_ms, jitter_ms, loss_percent;
  if (sscanf(row, "pipe %31s %lf %lf %lf %lf %lf", name, &kilobits, &queue_ms, &delay_ms, &jitter_ms,
             &loss_percent) != 6)
    fail("not a row of settings", row);
  struct pipe_state *pipe = find_pipe(name);
  if (!pipe) pipe = add_pipe(name);
  pipe->bits_per_second = kilobits * 1e3;
  pipe->queue_seconds = queue_ms / 1e3;
  pipe->delay_seconds = delay_ms / 1e3;
  pipe->jitter_seconds = jitter_ms / 1e3;
  pipe->loss = loss_percent / 100;
}

static int open_interface(const char *name) {
  int handle = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  address.sll_ifindex = if_nametoindex(name);
  if (handle < 0 || address.sll_ifindex == 0) fail("no such interface, or not root", name);
  if (bind(handle, (struct sockaddr *)&address, sizeof address) < 0) fail("can't bind", name);
  int on = 1, buffer_bytes = SOCKET_BUFFER_BYTES;
  struct packet_mreq promiscuous = {.mr_ifindex = address.sll_ifindex, .mr_type = PACKET_MR_PROMISC};
  setsockopt(handle, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(handle, SOL_SOCKET, SO_SNDBUFFORCE, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(handle, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
  setsockopt(handle, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof promiscuous);
  return handle;
}

static void add_pair(const char *row) {
  char a[NAME_BYTES], b[NAME_BYTES], to_b[NAME_BYTES], to_a[NAME_BYTES];
  if (sscanf(row, "pair %31s %31s %31s %31s", a, b, to_b, to_a) != 4) fail("not a row of settings", row);
  if (port_count + 2 > MOST_PORTS) fail("too many pairs", row);
  struct pipe_state *pipe_to_b = find_pipe(to_b), *pipe_to_a = find_pipe(to_a);
  if (!pipe_to_b || !pipe_to_a) fail("a pair names a pipe that isn't above it", row);
  int side_a = open_interface(a), side_b = open_interface(b);
  ports[port_count++] = (struct port){.in = side_a, .out = side_b, .pipe = pipe_to_b};
  ports[port_count++] = (struct port){.in = side_b, .out = side_a, .pipe = pipe_to_a};
}

static void read_settings(const char *path, int with_pairs) {
  FILE *file = fopen(path, "r");
  if (!file) fail("can't read", path);
  char row[ROW_BYTES];
  while (fgets(row, sizeof row, file)) {
    if (strncmp(row, "pipe ", 5) == 0) set_pipe(row);
    else if (strncmp(row, "pair ", 5) == 0 && with_pairs) add_pair(row);
  }
  fclose(file);
}

static int has_ethertype(const unsigned char *bytes, int type) {
  return bytes[ETHERTYPE_OFFSET] == type >> 8 && bytes[ETHERTYPE_OFFSET + 1] == (type & 255);
}

static void count_bytes(struct counters *counters, const unsigned char *bytes, size_t length) {
  counters->frames++;
  if (!has_ethertype(bytes, ETH_P_IP)) return;
  if (bytes[IP_PROTOCOL_OFFSET] == IPPROTO_UDP) counters->udp_bytes += length - ETH_HLEN;
  if (bytes[IP_PROTOCOL_OFFSET] == IPPROTO_TCP) counters->tcp_bytes += length - ETH_HLEN;
}

/* The absolute value of a normal distribution, by Box and Muller, cut off at three standard deviations. */
static double draw_jitter(double seconds) {
  double radius = sqrt(-2 * log(drand48() + 1e-12));
  double drawn = fabs(radius * cos(2 * PI * drand48())) * seconds;
  return drawn < 3 * seconds ? drawn : 3 * seconds;
}

/* When the frame has left the queue and the line, in seconds; negative if the queue is full. */
static double leave_queue(struct pipe_state *pipe, size_t length, double time) {
  if (pipe->bits_per_second == 0) return time;
  double start = pipe->busy_until > time ? pipe->busy_until : time;
  if (start - time > pipe->queue_seconds) return -1;
  double queue_ms = (start - time) * 1e3;
  if (queue_ms > pipe->counters.largest_queue_ms) pipe->counters.largest_queue_ms = queue_ms;
  pipe->busy_until = start + length * 8 / pipe->bits_per_second;
  return pipe->busy_until;
}

static void append(struct pipe_state *pipe, const struct frame *head, const unsigned char *bytes) {
  struct frame *frame = malloc(sizeof *frame + head->length);
  if (!frame) fail("out of memory", pipe->name);
  *frame = *head;
  memcpy(frame->bytes, bytes, head->length);
  if (pipe->last) pipe->last->next = frame;
  else pipe->first = frame;
  pipe->last = frame;
}

static void accept_frame(const struct port *port, const unsigned char *bytes, size_t length, double time) {
  struct pipe_state *pipe = port->pipe;
  count_bytes(&pipe->counters, bytes, length);
  double left = leave_queue(pipe, length, time);
  if (left < 0) {
    pipe->counters.dropped++;
    return;
  }
  /* A lost ARP request would hold everything up for a second, which no access line does. */
  if (pipe->loss > 0 && !has_ethertype(bytes, ETH_P_ARP) && drand48() < pipe->loss) {
    pipe->counters.lost++;
    return;
  }
  double due = left + pipe->delay_seconds;
  if (pipe->jitter_seconds > 0) due += draw_jitter(pipe->jitter_seconds);
  if (due < pipe->last_due) due = pipe->last_due;
  pipe->last_due = due;
  append(pipe, &(struct frame){.due = due, .out = port->out, .length = length}, bytes);
}

static void receive_frames(const struct port *port) {
  static unsigned char bytes[LARGEST_FRAME];
  for (int taken = 0; taken < FRAMES_AT_ONCE; taken++) {
    ssize_t length = recv(port->in, bytes, sizeof bytes, MSG_DONTWAIT);
    if (length < ETH_HLEN) return;
    accept_frame(port, bytes, length, now());
  }
}

/* Sends what is due from every pipe; returns when the next frame will be, or `latest`. */
static double send_due_frames(double latest) {
  double next = latest;
  for (int index = 0; index < pipe_count; index++) {
    struct pipe_state *pipe = &pipes[index];
    while (pipe->first && pipe->first->due <= now()) {
      struct frame *frame = pipe->first;
      double lateness_ms = (now() - frame->due) * 1e3;
      if (lateness_ms > pipe->counters.largest_lateness_ms) pipe->counters.largest_lateness_ms = lateness_ms;
      /* What an interface doesn't take is gone, as on a wire. */
      (void)!send(frame->out, frame->bytes, frame->length, MSG_DONTWAIT);
      pipe->first = frame->next;
      if (!pipe->first) pipe->last = NULL;
      free(frame);
    }
    if (pipe->first && pipe->first->due < next) next = pipe->first->due;
  }
  return next;
}

static void write_counters(const char *path) {
  char part[4096];
  snprintf(part, sizeof part, "%s.part", path);
  FILE *file = fopen(part, "w");
  if (!file) fail("can't write", part);
  for (int index = 0; index < pipe_count; index++) {
    const struct counters *counters = &pipes[index].counters;
    fprintf(file, "%s\"%s\":{\"frames\":%lu,\"udpBytes\":%lu,\"tcpBytes\":%lu,", index ? ",\n" : "{",
            pipes[index].name, counters->frames, counters->udp_bytes, counters->tcp_bytes);
    fprintf(file, "\"dropped\":%lu,\"lost\":%lu,\"largestQueueMs\":%.1f,\"largestLatenessMs\":%.1f}",
            counters->dropped, counters->lost, counters->largest_queue_ms, counters->largest_lateness_ms);
  }
  fprintf(file, "}\n");
  fclose(file);
  rename(part, path);
}

static void obey_signals(const char *settings) {
  if (must_read_settings) {
    must_read_settings = 0;
    read_settings(settings, 0);
  }
  if (must_reset_counters) {
    must_reset_counters = 0;
    for (int index = 0; index < pipe_count; index++)
      pipes[index].counters = (struct counters){0};
  }
}

static struct timespec to_timespec(double seconds) {
  if (seconds < 0) seconds = 0;
  return (struct timespec){.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (time_t)seconds) * 1e9)};
}

static void rest_until(double time) {
  struct timespec rest = to_timespec(time - now());
  nanosleep(&rest, NULL);
}

static void carry(const char *settings, const char *counters) {
  struct pollfd polls[MOST_PORTS];
  for (int index = 0; index < port_count; index++)
    polls[index] = (struct pollfd){.fd = ports[index].in, .events = POLLIN};
  double next_counters = now();
  while (!must_stop) {
    obey_signals(settings);
    if (now() >= next_counters) {
      write_counters(counters);
      next_counters = now() + COUNTERS_SECONDS;
    }
    double woke = now();
    struct timespec timeout = to_timespec(send_due_frames(next_counters) - woke);
    if (ppoll(polls, port_count, &timeout, NULL) > 0)
      for (int index = 0; index < port_count; index++)
        if (polls[index].revents) receive_frames(&ports[index]);
    rest_until(woke + TICK_SECONDS);
  }
}

int main(int count, char **words) {
  if (count != 3) fail("usage", "line <settings> <counters>");
  int signals[] = {SIGHUP, SIGUSR1, SIGTERM, SIGINT};
  struct sigaction action = {.sa_handler = on_signal};
  for (size_t index = 0; index < sizeof signals / sizeof *signals; index++)
    sigaction(signals[index], &action, NULL);
  /* A line doesn't wait for browsers. Where this isn't allowed, lateness tells. */
  sched_setscheduler(0, SCHED_RR, &(struct sched_param){.sched_priority = 1});
  /* Always the same draws, so that runs compare. */
  srand48(1);
  read_settings(words[1], 1);
  carry(words[1], words[2]);
  write_counters(words[2]);
  return 0;
}

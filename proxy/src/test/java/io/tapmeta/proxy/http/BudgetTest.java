package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.head;
import static io.tapmeta.proxy.http.GuestChannel.responses;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.tapmeta.proxy.document.Instances;
import io.tapmeta.proxy.gate.Account.Rules;
import io.tapmeta.resolver.instance.Budget;
import io.tapmeta.resolver.instance.Budget.Part;
import io.tapmeta.resolver.instance.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A VM that uses more than its share is slowed down, and nobody else is. */
@ExtendWith(NoLeaks.class)
class BudgetTest {
  private static final String PATH = "/latest/meta-data/ami-launch-index";
  private static final String REQUEST = "GET " + PATH + " HTTP/1.1\r\n" + HOST + "\r\n";
  private static final String OTHER_MAC = "fa:16:3e:ff:00:01";

  @TempDir Path temp;
  private GuestNode node;

  @AfterEach
  void end() {
    node.close();
  }

  @Test
  void connectionsBeyondTheBudgetAreResetAsTheyCome() {
    node = node(Map.of(Part.CONNECTIONS, 2));
    GuestChannel first = node.guest();
    GuestChannel second = node.guest();
    GuestChannel third = node.guest();
    assertThat(third.isOpen()).isFalse();
    assertThat(third.received()).isEmpty();
    assertThat(node.loop().connectionCount()).isEqualTo(2);
    assertThat(node.count("tapmeta.budget.refused", "budget", "connections")).isOne();
    first.channel().close().syncUninterruptibly();
    assertThat(status(node.guest().get(PATH))).isEqualTo(200);
    assertThat(status(second.get(PATH))).isEqualTo(200);
  }

  @Test
  void aNeighbourHasABudgetOfItsOwn() {
    node = node(Map.of(Part.CONNECTIONS, 1));
    node.guest();
    assertThat(node.guest().isOpen()).isFalse();
    assertThat(node.guest(GuestNode.plug("tap-other", Duration.ofHours(1))).isOpen()).isTrue();
  }

  /** No record claims them, and whoever makes up one MAC can make up many. */
  @Test
  void sendersThatNobodyClaimsShareOneBudget() {
    node = node(Map.of(Part.CONNECTIONS, 1));
    assertThat(node.guest(node.plug(), OTHER_MAC).isOpen()).isTrue();
    assertThat(node.guest(node.plug(), "fa:16:3e:ff:00:02").isOpen()).isFalse();
    assertThat(node.guest().isOpen()).as("the VM that is known").isTrue();
  }

  @Test
  void aVmMovesToABudgetOfItsOwnOnceItsRecordIsThere() {
    node = node(Map.of(Part.CONNECTIONS, 1));
    node.publish();
    GuestChannel early = node.guest();
    assertThat(status(early.get(PATH))).isEqualTo(404);
    node.publish(Instances.full());
    assertThat(status(early.get(PATH))).isEqualTo(200);
    assertThat(node.guest(node.plug(), OTHER_MAC).isOpen()).as("a stranger").isTrue();
    assertThat(node.guest().isOpen()).as("a second one of the VM's").isFalse();
  }

  @Test
  void requestsBeyondTheBudgetAreToldToComeBackAndNotReadForThatLong() {
    node = node(Map.of(Part.REQUESTS_PER_SECOND, 1, Part.REQUEST_BURST, 3));
    GuestChannel guest = node.guest();
    String answers = guest.send(REQUEST.repeat(50));
    assertThat(responses(answers))
        .extracting(GuestChannel::status)
        .containsExactly(200, 200, 200, 429);
    String refused = responses(answers).getLast();
    assertThat(head(refused)).contains("\r\nRetry-After: 1\r\n").doesNotContain("Connection:");
    assertThat(guest.channel().config().isAutoRead()).isFalse();
    assertThat(guest.send(REQUEST)).isEmpty();
    assertThat(guest.isOpen()).isTrue();
    guest.connection().expire();
    assertThat(guest.channel().config().isAutoRead()).isFalse();
    assertThat(responses(guest.received())).extracting(GuestChannel::status).containsExactly(429);
    assertThat(node.count("tapmeta.budget.refused", "budget", "request_rate")).isEqualTo(2);
    assertThat(node.count("tapmeta.requests", "api", "ec2", "outcome", "over_budget")).isEqualTo(2);
  }

  @Test
  void allConnectionsOfAVmAskFromOneBudget() {
    node = node(Map.of(Part.REQUESTS_PER_SECOND, 1, Part.REQUEST_BURST, 2));
    assertThat(status(node.guest().get(PATH))).isEqualTo(200);
    assertThat(status(node.guest().get(PATH))).isEqualTo(200);
    assertThat(status(node.guest().get(PATH))).isEqualTo(429);
  }

  @Test
  void aConnectionEndsAfterItsLastRequest() {
    node = node(Map.of(Part.REQUESTS_PER_CONNECTION, 3));
    GuestChannel guest = node.guest();
    String answers = guest.send(REQUEST.repeat(5));
    assertThat(responses(answers)).extracting(GuestChannel::status).containsExactly(200, 200, 200);
    assertThat(head(responses(answers).get(1))).doesNotContain("Connection:");
    assertThat(head(responses(answers).get(2))).contains("\r\nConnection: close\r\n");
    assertThat(guest.isOpen()).isFalse();
  }

  /** The record's own budget, in force for the next request after it changed. */
  @Test
  void aRecordMayHaveABudgetOfItsOwn() {
    node = node(Map.of());
    GuestChannel guest = node.guest();
    assertThat(status(guest.get(PATH))).isEqualTo(200);
    node.publish(
        Instances.with(
            "\"name\": \"x\", \"budget\": {\"requests_per_second\": 1, \"request_burst\": 1}"));
    assertThat(status(guest.get(PATH))).isEqualTo(200);
    assertThat(status(guest.get(PATH))).isEqualTo(429);
  }

  @Test
  void unfinishedHeadsOfAllConnectionsTogetherFillNoMoreThanTheBudget() {
    node = node(Map.of(Part.BUFFERED, 64 * 1024));
    String part = "GET / HTTP/1.1\r\n" + HOST + "A: " + "b".repeat(12_000);
    int open = 0;
    for (int i = 0; i < 10; i++) {
      GuestChannel guest = node.guest();
      guest.send(part);
      open += guest.isOpen() ? 1 : 0;
    }
    assertThat(open).isBetween(3, 5);
    assertThat(node.count("tapmeta.budget.refused", "budget", "buffered")).isEqualTo(10 - open);
  }

  @Test
  void fewConnectionsAreToBeHadEvenWhereAnotherHasTakenNearlyAll() {
    GuestSettings open = GuestNode.settings(GuestNode.HOLD, GuestNode.LIMITS);
    node =
        new GuestNode(
            temp,
            new GuestSettings(open.holdNanos(), open.limits(), open.hosts(), open.rules(), 40),
            Duration.ofHours(1));
    node.publish(Instances.full());
    int greedy = 0;
    for (int i = 0; i < 60; i++) {
      greedy += node.guest().isOpen() ? 1 : 0;
    }
    assertThat(greedy).isEqualTo(30);
    Plug other = GuestNode.plug("tap-other", Duration.ofHours(1));
    for (int i = 0; i < 8; i++) {
      assertThat(node.guest(other).isOpen()).isTrue();
    }
    assertThat(node.guest(other).isOpen()).isFalse();
    assertThat(node.count("tapmeta.budget.refused", "budget", "node")).isEqualTo(31);
  }

  @Test
  void aFloodOfRequestsLeavesTheLoopToOthersInBetween() {
    node = node(Map.of());
    GuestChannel guest = node.guest();
    List<Integer> turns = new ArrayList<>();
    guest.channel().pipeline().addFirst(new Turns(turns));
    assertThat(responses(guest.send(REQUEST.repeat(100)))).hasSize(100);
    assertThat(turns.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
    assertThat(turns).allMatch(answers -> answers <= 16);
  }

  /** Counts what is written between two flushes. */
  private static final class Turns extends ChannelOutboundHandlerAdapter {
    private final List<Integer> turns;
    private int written;

    Turns(List<Integer> turns) {
      this.turns = turns;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      written++;
      var _ = ctx.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      turns.add(written);
      written = 0;
      ctx.flush();
    }
  }

  private GuestNode node(Map<Part, Integer> parts) {
    GuestSettings open = GuestNode.settings(GuestNode.HOLD, GuestNode.LIMITS);
    Budget budget = Budget.UNLIMITED.with(new Budget(parts));
    GuestNode made =
        new GuestNode(
            temp,
            new GuestSettings(
                open.holdNanos(),
                open.limits(),
                open.hosts(),
                new Rules(budget, Policy.OPEN),
                Integer.MAX_VALUE),
            Duration.ofHours(1));
    made.publish(Instances.full());
    return made;
  }
}

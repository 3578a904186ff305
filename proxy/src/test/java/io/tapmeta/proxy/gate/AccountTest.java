package io.tapmeta.proxy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.gate.Account.Rules;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Budget;
import io.tapmeta.resolver.instance.Budget.Part;
import io.tapmeta.resolver.instance.Policy;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AccountTest {
  private static final long NOW = Long.MAX_VALUE - 5;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Account account = new Account(false);

  @Test
  void aBurstIsLetThroughAndThenTheSteadyPace() {
    follow(Map.of(Part.REQUESTS_PER_SECOND, 10, Part.REQUEST_BURST, 40));
    assertThat(asked(100, NOW)).isEqualTo(40);
    assertThat(asked(100, NOW + SECOND - 1)).isEqualTo(9);
    assertThat(asked(100, NOW + SECOND)).isEqualTo(1);
    assertThat(asked(100, NOW + 3 * SECOND)).isEqualTo(20);
    assertThat(asked(100, NOW + 1000 * SECOND)).isEqualTo(40);
  }

  @Test
  void withoutABudgetNothingIsTooMuch() {
    follow(Map.of());
    assertThat(asked(100_000, NOW)).isEqualTo(100_000);
    account.buffer(Integer.MAX_VALUE);
    assertThat(account.isOverfull()).isFalse();
  }

  @Test
  void connectionsAreCountedAsTheyComeAndGo() {
    follow(Map.of(Part.CONNECTIONS, 2));
    assertThat(account.tryConnect(NOW, false)).isNull();
    assertThat(account.tryConnect(NOW, false)).isNull();
    assertThat(account.tryConnect(NOW, false)).isEqualTo(Excess.CONNECTIONS);
    account.disconnect(0);
    assertThat(account.tryConnect(NOW, false)).isNull();
  }

  @Test
  void newConnectionsHaveAPaceOfTheirOwn() {
    follow(Map.of(Part.CONNECTIONS_PER_SECOND, 1, Part.CONNECTION_BURST, 3));
    for (int i = 0; i < 3; i++) {
      assertThat(account.tryConnect(NOW, false)).isNull();
      account.disconnect(0);
    }
    assertThat(account.tryConnect(NOW, false)).isEqualTo(Excess.CONNECTION_RATE);
    assertThat(account.tryConnect(NOW + SECOND, false)).isNull();
    assertThat(asked(10, NOW)).isEqualTo(10);
  }

  @Test
  void whereTheNodeHasLittleLeftEverybodyGetsAFew() {
    follow(Map.of());
    for (int i = 0; i < 8; i++) {
      assertThat(account.tryConnect(NOW, true)).isNull();
    }
    assertThat(account.tryConnect(NOW, true)).isEqualTo(Excess.NODE);
    assertThat(account.tryConnect(NOW, false)).isNull();
  }

  @Test
  void bytesThatWaitAreTheVmsWhicheverConnectionHasThem() {
    follow(Map.of(Part.BUFFERED, 100));
    account.buffer(60);
    assertThat(account.isOverfull()).isFalse();
    account.buffer(60);
    assertThat(account.isOverfull()).isTrue();
    assertThat(account.tryAsk(NOW)).isEqualTo(Excess.BUFFERED);
    account.buffer(-20);
    assertThat(account.isOverfull()).isFalse();
    assertThat(account.tryAsk(NOW)).isNull();
  }

  @Test
  void aRecordsBudgetHoldsBeforeTheNodesAndAnotherRevisionBringsAnother() {
    Rules node = rules(Map.of(Part.CONNECTIONS, 5));
    account.follow(node, 1, new Budget(Map.of(Part.CONNECTIONS, 1)), Policy.UNSAID);
    assertThat(account.tryConnect(NOW, false)).isNull();
    assertThat(account.tryConnect(NOW, false)).isEqualTo(Excess.CONNECTIONS);
    account.follow(node, 2, Budget.UNSAID, Policy.UNSAID);
    assertThat(account.tryConnect(NOW, false)).isNull();
    account.follow(rules(Map.of(Part.CONNECTIONS, 1)), 2, Budget.UNSAID, Policy.UNSAID);
    assertThat(account.tryConnect(NOW, false)).isEqualTo(Excess.CONNECTIONS);
  }

  @Test
  void accountsThatAreAtRestAreForgottenBeforeTheyGrowMany() {
    Accounts accounts = new Accounts();
    Account busy = accounts.of(new MacAddress(0), NOW);
    busy.follow(rules(Map.of()));
    assertThat(busy.tryConnect(NOW, false)).isNull();
    for (int i = 1; i < 10_000; i++) {
      Account other = accounts.of(new MacAddress(i), NOW + i);
      other.follow(rules(Map.of()));
      assertThat(accounts.size()).isLessThanOrEqualTo(256);
    }
    assertThat(accounts.of(new MacAddress(0), NOW)).isSameAs(busy);
  }

  private void follow(Map<Part, Integer> parts) {
    account.follow(rules(parts));
  }

  private int asked(int times, long now) {
    int through = 0;
    for (int i = 0; i < times; i++) {
      through += account.tryAsk(now) == null ? 1 : 0;
    }
    return through;
  }

  private static Rules rules(Map<Part, Integer> parts) {
    return new Rules(Budget.UNLIMITED.with(new Budget(parts)), Policy.OPEN);
  }
}

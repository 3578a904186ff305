package io.tapmeta.benchmarks;

import io.tapmeta.proxy.config.Configuration;
import io.tapmeta.proxy.gate.Account;
import io.tapmeta.proxy.gate.Accounts;
import io.tapmeta.proxy.gate.Excess;
import io.tapmeta.proxy.gate.Gate;
import io.tapmeta.proxy.gate.Refusal;
import io.tapmeta.resolver.ingress.MacAddress;
import io.tapmeta.resolver.instance.Budget;
import io.tapmeta.resolver.instance.Policy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What every request passes before anything looks at what it asks for: the VM's budget and its
 * policy, as they are by default; and what every connection passes. With the time of day given,
 * which is read once a request, elsewhere.
 *
 * <pre>
 *   java -jar benchmarks/target/benchmarks.jar GateBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GateBenchmark {
  /** Slow enough for every pace, so that all is let through. */
  private static final long STEP = TimeUnit.SECONDS.toNanos(1);

  private static final MacAddress MAC = MacAddress.parse("fa:16:3e:5a:01:37");

  private final Account.Rules rules =
      new Account.Rules(Configuration.DEFAULTS.budget(), Configuration.DEFAULTS.policy());
  private final Accounts accounts = new Accounts();
  private long now;

  @Setup
  public void claim() {
    accounts.of(MAC, now).follow(rules, 1, Budget.UNSAID, Policy.UNSAID);
  }

  /** A request, let through: the account that its connection has, the budget, the policy. */
  @Benchmark
  public @Nullable Refusal request() {
    now += STEP;
    Account account = accounts.of(MAC, now);
    account.follow(rules, 1, Budget.UNSAID, Policy.UNSAID);
    if (account.tryAsk(now) != null) {
      throw new IllegalStateException("a request beyond the budget (expected: within)");
    }
    return Gate.refusal(account, Policy.Subject.OPENSTACK, false, Gate.Token.ABSENT);
  }

  /** A connection, let in and ended. */
  @Benchmark
  public @Nullable Excess connection() {
    now += STEP;
    Account account = accounts.of(MAC, now);
    Excess excess = account.tryConnect(now, false);
    if (excess == null) {
      account.disconnect(0);
    }
    return excess;
  }
}

package io.tapmeta.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks an endpoint for {@code /}, which Nova answers with the list of its versions, to nobody in
 * particular and without looking anything up. Whatever final status comes in time, it is alive.
 */
final class HealthProbe {
  private static final long DEADLINE_MILLIS = 1000;

  private final EventLoop loop;
  private final Connector connector;
  private final Set<Endpoint> underWay = new HashSet<>();

  HealthProbe(EventLoop loop, Connector connector) {
    this.loop = loop;
    this.connector = connector;
  }

  /** Brings the endpoint back early if it answers; asks it once at a time. On the loop. */
  void probe(Endpoint endpoint) {
    if (underWay.add(endpoint)) {
      Question question = new Question(endpoint);
      connector.connect(endpoint, question::ask, _ -> question.finish());
    }
  }

  private final class Question implements UpstreamConnection.Reader {
    private final Endpoint endpoint;
    private final ScheduledFuture<?> deadline =
        loop.schedule(this::finish, DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    private @Nullable UpstreamConnection connection;
    private boolean done;

    Question(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    void ask(UpstreamConnection connected) {
      if (done) {
        connected.close();
        return;
      }
      connection = connected;
      FullHttpRequest request =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1, HttpMethod.GET, "/", Unpooled.EMPTY_BUFFER);
      request.headers().set(HttpHeaderNames.HOST, endpoint.authority());
      request.headers().set(HttpHeaderNames.USER_AGENT, "tapmeta");
      request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      connected.send(request, this);
    }

    @Override
    public void head(UpstreamAnswer answer) {
      endpoint.succeeded();
      finish();
    }

    @Override
    public boolean content(ByteBuf bytes) {
      bytes.release();
      return true;
    }

    @Override
    public void end(boolean reusable) {
      finish();
    }

    @Override
    public void lost(boolean begun) {
      finish();
    }

    @Override
    public void malformed() {
      finish();
    }

    private void finish() {
      if (!done) {
        done = true;
        deadline.cancel(false);
        underWay.remove(endpoint);
        if (connection != null) {
          connection.close();
        }
      }
    }
  }
}

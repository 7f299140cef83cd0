# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/easel
COPY requirements.lock .
RUN /opt/easel/bin/pip install --require-hashes --only-binary :all: -r requirements.lock

FROM python:3.13-slim
ENV PATH=/opt/easel/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data DATABASE_URL=sqlite:////data/easel.db \
    CALLBACK_HOST=0.0.0.0
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin easel \
    && install -d -o easel -g easel /data
COPY --from=build /opt/easel /opt/easel
WORKDIR /app
COPY bot bot
COPY cogs cogs
USER easel
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s CMD ["python", "-m", "bot", "health"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot", "run"]

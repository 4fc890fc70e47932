# ringscope as a command: docker compose run --rm ringscope neo4j load /data/run
FROM python:3.11-slim

# LightGBM needs the OpenMP runtime.
RUN apt-get -qq update \
    && apt-get -qq install --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY pyproject.toml constraints.txt LICENSE README.md ./
COPY ingest ingest
COPY graph graph
COPY models models
COPY ringscope ringscope
COPY queries queries
RUN pip install --no-cache-dir --constraint constraints.txt --editable .
RUN useradd --create-home ringscope
USER ringscope
WORKDIR /home/ringscope
ENTRYPOINT ["ringscope"]

import requests
import websocket
import json

APEX_URL = 'http://localhost:3000'

def create_task(description):
    response = requests.post(f'{APEX_URL}/tasks', json={
        'description': description,
        'workflow': 'feature'
    })
    return response.json()

def get_task(task_id):
    response = requests.get(f'{APEX_URL}/tasks/{task_id}')
    return response.json()

def stream_task(task_id, on_event):
    ws = websocket.WebSocketApp(
        f'ws://localhost:3000/stream/{task_id}',
        on_message=lambda ws, msg: on_event(json.loads(msg))
    )
    ws.run_forever()

# Usage
if __name__ == '__main__':
    result = create_task('Add user authentication')
    print(f'Created task: {result["taskId"]}')
